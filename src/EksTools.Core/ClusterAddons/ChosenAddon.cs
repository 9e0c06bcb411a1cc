using EksTools.ClusterAddons;

namespace EksTools.Core.ClusterAddons;

/// <summary>An add-on that is to be, as EKS offers it.</summary>
/// <param name="Options">What was said of it.</param>
/// <param name="Version">Its version; null for EKS's choice.</param>
/// <param name="NeedsPermissions">Its pods call AWS, so that they need a role.</param>
internal sealed record ChosenAddon(AddonOptions Options, string? Version, bool NeedsPermissions);
