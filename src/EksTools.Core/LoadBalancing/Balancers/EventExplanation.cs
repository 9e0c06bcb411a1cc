using System.Text.RegularExpressions;
using EksTools.Core.Findings;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Balancers;

/// <summary>
/// What controllers say when they make no load balancer, in plain words and with what to do. The phrases are those of their code:
/// aws-load-balancer-controller pkg/networking, pkg/model, pkg/ingress; cloud-provider-aws pkg/providers/v1; and of the AWS APIs behind them.
/// </summary>
internal static partial class EventExplanation
{
    /// <summary>The meaning of a message; null where it says itself what is wrong.</summary>
    public static string? Of(string message, EksLoadBalancerControllerKind? controller, string cluster)
    {
        string name = PowerShellText.Argument(cluster);
        if (Has("unable to resolve at least one subnet") || Has("could not find any suitable subnets"))
        {
            string counted = Evaluated().Match(message) is { Success: true } match
                ? match.Groups[1].Value == "0" ? ": no subnet has the tag for this scheme, and none fits by its routes"
                : $": of {match.Groups[1].Value} that it looked at, {match.Groups[2].Value} are tagged for other clusters and {match.Groups[3].Value} have too few free addresses"
                : string.Empty;
            return $"It finds no subnet for the load balancer{counted}. 'Test-EksSubnet {name}' says which subnet is missing what, and -Fix adds tags.";
        }

        if (Has("subnets count less than minimal required count"))
        {
            return $"An Application Load Balancer needs subnets in two zones, and fewer are found. 'Test-EksSubnet {name}' says what is missing.";
        }

        if (Has("subnets in multiple locales"))
        {
            return "The subnets that it finds are of different sorts of zones, such as a local zone among availability zones: name those that are meant by the annotation for subnets.";
        }

        if (Has("multiple subnets in same Availability Zone"))
        {
            return "The annotation names two subnets of one zone: name one for each zone.";
        }

        if (Denied().Match(message) is { Success: true } denied)
        {
            return controller switch
            {
                EksLoadBalancerControllerKind.Lbc => $"The controller's role may not {denied.Groups[1].Value}. 'Install-EksLoadBalancerController {name}' brings its policy up to date.",
                _ => $"The cluster's role may not {denied.Groups[1].Value}: it wants the policy AmazonEKSClusterPolicy{(controller == EksLoadBalancerControllerKind.AutoMode ? " and those of Auto Mode, AmazonEKSLoadBalancingPolicy and AmazonEKSNetworkingPolicy" : string.Empty)}.",
            };
        }

        if (Has("failed to refresh cached credentials") || Has("AssumeRoleWithWebIdentity") || Has("WebIdentityErr") || Has("NoCredentialProviders"))
        {
            return $"The controller gets no credentials for its role. 'Test-EksServiceAccountRole {name} kube-system/aws-load-balancer-controller' says at which link that breaks.";
        }

        if (Has("failed calling webhook"))
        {
            return $"The API server does not reach the controller's webhook. 'Get-EksLoadBalancerController {name}' says what is wrong with it.";
        }

        if (Has("expected exactly one securityGroup tagged with") || Has("Multiple tagged security groups found"))
        {
            return $"The nodes have not exactly one security group with the tag kubernetes.io/cluster/{cluster}, and the controller cannot tell which to open: leave the tag on one of them.";
        }

        if (Has("cannot update Load Balancer Type annotation"))
        {
            return "aws-load-balancer-type cannot be changed once there is a load balancer: put it back, or delete the Service and create it anew, which gives it another DNS name.";
        }

        if (Certificate().Match(message) is { Success: true } host)
        {
            return $"No issued certificate of ACM in this region is for {host.Groups[1].Value}: request one, or name one by the annotation certificate-arn.";
        }

        if (Has("CertificateNotFound") || Has("UnsupportedCertificate"))
        {
            return "A certificate that an annotation names is not in this region, is not issued yet, or is of a kind that the load balancer does not take.";
        }

        if (Has("TooManyLoadBalancers") || Has("TooManyTargetGroups") || Has("TooManyListeners") || Has("TooManyRules") || Has("limit has been reached") || Has("LimitExceeded"))
        {
            return "A quota of Elastic Load Balancing is reached: ask for more in Service Quotas, or remove load balancers that are no longer needed.";
        }

        if (Has("InvalidSubnet") || Has("Not enough IP space available") || Has("insufficient free addresses"))
        {
            return $"A subnet has not the eight free addresses that a load balancer needs, or is none that it can stand in. 'Test-EksSubnet {name}' counts them.";
        }

        if (Has("OperationNotPermitted") && Has("deletion protection"))
        {
            return "The load balancer is protected from deletion: set the attribute deletion_protection.enabled to false first.";
        }

        return Has("There are no available nodes for LoadBalancer") ? "No node is ready to be a target." : null;

        bool Has(string phrase) => message.Contains(phrase, StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"Evaluated (\d+) subnets: (\d+) are tagged for other clusters,? and (\d+) have insufficient", RegexOptions.CultureInvariant)]
    private static partial Regex Evaluated();

    [GeneratedRegex(@"not authorized to perform: ([A-Za-z0-9-]+:[A-Za-z0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Denied();

    [GeneratedRegex(@"no certificate found for host: (\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex Certificate();
}
