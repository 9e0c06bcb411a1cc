using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EksTools.ClusterAddons;
using EksTools.Clusters;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Errors;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EksTools.Core.ClusterAddons;

/// <summary>What of add-ons can be refused by looking at the request alone.</summary>
internal static partial class AddonRules
{
    // The pods of vpc-cni reach the API server by its Service, which is kube-proxy's doing.
    private static readonly string[] NodeAddons = [VpcCniRole.Addon, "kube-proxy"];
    private static readonly string[] Resolutions = ["NONE", "OVERWRITE", "PRESERVE"];

    public static IEnumerable<Action> Of(NewClusterRequest request) =>
    [
        .. request.AddOn.Select<AddonOptions, Action>(static addon => () => Require(addon)),
        () => RequireDistinct(request),
        () => RequireNetwork(request),
    ];

    private static void RequireDistinct(NewClusterRequest request)
    {
        if (request.AddOn.GroupBy(static addon => addon.Name, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw Wrong("DuplicateAddon", twice.Key, $"-AddOn names {twice.Key} {twice.Count()} times.", "Say all of it in one.");
        }
    }

    private static void RequireNetwork(NewClusterRequest request)
    {
        // EKS takes a node group for made once its nodes are Ready.
        bool nodes = request.NodeGroup.Count > 0 || !(request.NoNodeGroup || request.AutoMode || request.Fargate || request.FargateProfile.Count > 0);
        string[] lacking = [.. NodeAddons.Where(name => request.AddOn.All(addon => addon.Name != name))];
        if (request.NoAddOn && nodes && lacking.Length > 0)
        {
            throw Wrong("NodesNeedNetwork", nameof(request.NoAddOn), $"-NoAddOn leaves out {string.Join(" and ", lacking)}, and without {(lacking.Length == 1 ? "it" : "them")} no node becomes Ready.", $"Say -AddOn {string.Join(", ", NodeAddons)}; or -NoNodeGroup, install a network of your own, and make node groups afterwards.");
        }
    }

    private static void Require(AddonOptions addon)
    {
        if (!Name().IsMatch(addon.Name))
        {
            throw Wrong("InvalidAddon", nameof(NewClusterRequest.AddOn), $"-AddOn '{addon.Name}' cannot be the name of an add-on.", "Names look like aws-ebs-csi-driver.");
        }

        if (addon.ResolveConflicts is { } resolution && !Resolutions.Contains(resolution, StringComparer.OrdinalIgnoreCase))
        {
            throw Wrong("InvalidAddon", addon.Name, $"ResolveConflicts '{resolution}' of the add-on {addon.Name} is not {string.Join(", ", Resolutions)}.", null);
        }

        if (addon.ConfigurationValues is { } values && Problem(values) is { } problem)
        {
            throw Wrong("InvalidAddonConfiguration", addon.Name, $"ConfigurationValues of the add-on {addon.Name} cannot be read: {problem.TrimEnd('.', ' ')}.", "Write an object as JSON or YAML, or as a hashtable.");
        }
    }

    /// <summary>Why a text is no table of settings; null when it is one.</summary>
    private static string? Problem(string values)
    {
        try
        {
            if (values.TrimStart().StartsWith('{'))
            {
                return JsonNode.Parse(values) is JsonObject ? null : "it is no object";
            }

            YamlStream yaml = [];
            yaml.Load(new StringReader(values));
            return yaml.Documents is [{ RootNode: YamlMappingNode }] ? null : "it is no mapping";
        }
        catch (JsonException exception)
        {
            return $"line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1} is not JSON";
        }
        catch (YamlException exception)
        {
            return $"line {exception.Start.Line}, column {exception.Start.Column} is not YAML: {exception.Message}";
        }
    }

    private static EksToolsException Wrong(string id, string target, string message, string? hint) => new(EksErrorKind.Validation, id, message, target, hint);

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]*$")]
    private static partial Regex Name();
}
