using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Kubernetes;

namespace EksTools.Sandbox.Eks;

/// <summary>The nodes of Fargate: one for each pod. The sandbox starts those of add-ons, for each profile that takes kube-system.</summary>
internal sealed class FargateNodes(Cluster cluster)
{
    private readonly Dictionary<string, List<(string Node, NetworkInterface Interface)>> _nodes = [];

    /// <summary>Whether the pods of an add-on run on Fargate.</summary>
    public bool Runs(Addon addon) => TakesSystem().Any() && MayRun(addon);

    /// <summary>Starts a node for each pod of an add-on that a profile takes, and ends those whose profile goes.</summary>
    public void Provide()
    {
        if (cluster.Workloads.Api is not { } api)
        {
            return;
        }

        var profile = TakesSystem().FirstOrDefault();
        foreach (var addon in cluster.Addons.Values.Where(addon => addon.Offer.NeedsNodes))
        {
            var wanted = profile is not null && MayRun(addon);
            if (wanted && !_nodes.ContainsKey(addon.Name))
            {
                // Deployments of add-ons have two replicas.
                _nodes[addon.Name] = [Start(api, profile!), Start(api, profile!)];
            }
            else if (!wanted && _nodes.Remove(addon.Name, out var ended))
            {
                foreach (var (node, card) in ended)
                {
                    api.RemoveNode(node);
                    cluster.Eks.Ec2.Remove(card);
                }
            }
        }
    }

    private IEnumerable<FargateProfile> TakesSystem() => cluster.FargateProfiles.Values.Where(profile => profile.Status == "ACTIVE"
        && profile.Selectors.OfType<System.Text.Json.Nodes.JsonObject>().Any(selector => Filters.Like(selector.String("namespace") ?? "", "kube-system") && selector.Map("labels").Count == 0));

    // Without that setting the pods of coredns ask for EC2.
    private static bool MayRun(Addon addon) => addon.Offer.NeedsNodes && (addon.Name != "coredns" || addon.Configuration?.Contains("\"Fargate\"", StringComparison.OrdinalIgnoreCase) == true);

    private (string Node, NetworkInterface Interface) Start(KubernetesApi api, FargateProfile profile)
    {
        var (eks, subnet) = (cluster.Eks, cluster.Eks.Ec2.Find<Subnet>(profile.Subnets[0])!);
        var card = eks.Ec2.Add(new NetworkInterface(AwsAccount.NewId("eni"), subnet, eks.Ec2.NextPrivateAddress(subnet), eks.Account.Now) { Attached = eks.Account.Now, RequesterManaged = true, GroupIds = [cluster.ClusterSecurityGroupId!] });
        var name = $"fargate-{card.PrivateDnsName(eks.Region)}";
        api.AddNode(new NodeRegistration(name, card.Id, "fargate", subnet.Zone.Name, eks.Region.Name, card.PrivateIp, new Dictionary<string, string> { ["eks.amazonaws.com/compute-type"] = "fargate" }) { MaxPods = 1 });
        api.SetNodeReady(name, true, "KubeletReady");
        return (name, card);
    }
}
