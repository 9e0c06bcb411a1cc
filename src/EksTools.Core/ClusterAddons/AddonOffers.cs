using System.Text.RegularExpressions;
using Amazon.EKS.Model;
using EksTools.ClusterAddons;
using EksTools.Core.Accounts;
using EksTools.Errors;

namespace EksTools.Core.ClusterAddons;

/// <summary>What EKS offers of add-ons for a Kubernetes version.</summary>
internal static partial class AddonOffers
{
    /// <summary>The word for the newest version.</summary>
    private const string Latest = "latest";

    /// <summary>Settles the versions of add-ons: <c>latest</c> is the newest that is offered, and none said is EKS's choice.</summary>
    /// <exception cref="EksToolsException">EKS offers no such add-on, or not in that version.</exception>
    public static async Task<IReadOnlyList<ChosenAddon>> SettleAsync(AwsAccount account, string kubernetesVersion, IReadOnlyList<AddonOptions> addons, CancellationToken cancellationToken)
    {
        if (addons.Count == 0)
        {
            return [];
        }

        Dictionary<string, AddonInfo> offered = new(StringComparer.Ordinal);
        await foreach (AddonInfo info in account.Eks.Paginators.DescribeAddonVersions(new DescribeAddonVersionsRequest { KubernetesVersion = kubernetesVersion }).Addons.WithCancellation(cancellationToken))
        {
            offered[info.AddonName] = info;
        }

        return [.. addons.Select(addon => Settle(addon, offered, kubernetesVersion, account.Region))];
    }

    private static ChosenAddon Settle(AddonOptions addon, Dictionary<string, AddonInfo> offered, string kubernetesVersion, string region)
    {
        if (!offered.TryGetValue(addon.Name, out AddonInfo? info))
        {
            throw new EksToolsException(EksErrorKind.Validation, "AddonNotOffered", $"EKS offers no add-on '{addon.Name}' for Kubernetes {kubernetesVersion} in {region}.", addon.Name, $"It offers {string.Join(", ", offered.Keys.Order(StringComparer.Ordinal))}.");
        }

        AddonVersionInfo[] versions = [.. (info.AddonVersions ?? []).OrderByDescending(static version => version.AddonVersion, Comparer<string>.Create(Compare))];
        AddonVersionInfo? chosen = addon.Version switch
        {
            null => Array.Find(versions, static version => (version.Compatibilities ?? []).Exists(static one => one.DefaultVersion == true)),
            Latest => versions.FirstOrDefault(),
            var wanted => Array.Find(versions, version => version.AddonVersion == wanted) ?? throw new EksToolsException(
                EksErrorKind.Validation,
                "AddonVersionNotOffered",
                $"EKS does not offer version '{wanted}' of the add-on {addon.Name} for Kubernetes {kubernetesVersion} in {region}.",
                addon.Name,
                $"It offers {string.Join(", ", versions.Select(static version => version.AddonVersion))}; {Latest} is the first of them."),
        };
        return new ChosenAddon(addon, addon.Version is null ? null : chosen?.AddonVersion, chosen?.RequiresIamPermissions == true);
    }

    /// <summary>By their numbers: v1.9.0-eksbuild.2 comes before v1.10.0-eksbuild.1.</summary>
    internal static int Compare(string? one, string? other)
    {
        int[] left = Numbers(one), right = Numbers(other);
        foreach ((int First, int Second) pair in left.Zip(right))
        {
            if (pair.First != pair.Second)
            {
                return pair.First.CompareTo(pair.Second);
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int[] Numbers(string? version) => [.. Number().Matches(version ?? string.Empty).Select(static match => int.TryParse(match.Value, out int number) ? number : int.MaxValue)];

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
