namespace EksTools.Core.Clusters.Creation;

/// <summary>A role of the cluster besides those of the control plane and of nodes with Linux.</summary>
/// <param name="Id">Its step and component.</param>
/// <param name="Name">Its name in IAM.</param>
/// <param name="TrustAsync">Who may assume it.</param>
/// <param name="Policies">AWS's policies that it has.</param>
internal sealed record OtherRole(string Id, string Name, Func<CancellationToken, Task<string>> TrustAsync, string[] Policies);
