using System.Text.Json.Nodes;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Protocols;
using EksTools.Sandbox.Sts;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>As whom the AWS Load Balancer Controller calls AWS: its deployment's service account, by Pod Identity, by IRSA, or as its node.</summary>
internal sealed class ControllerIdentity(ClusterView view)
{
    public const string DeploymentName = "aws-load-balancer-controller";

    private const string Sdk = "Elastic Load Balancing v2";
    private const string Audience = "sts.amazonaws.com";

    /// <summary>The controller's deployment with a replica that is ready, or null.</summary>
    public JsonObject? FindRunning() => view.Objects.List(ResourceCatalog.Deployments).FirstOrDefault(deployment =>
        (deployment.Name() == DeploymentName || deployment.Text("metadata", "labels", "app.kubernetes.io/name") == DeploymentName) && deployment.Number("status", "readyReplicas") > 0);

    /// <summary>Makes sure that the controller may call an operation.</summary>
    /// <exception cref="ReconcileFailure">It may not; in the words of the AWS SDK.</exception>
    public void Require(JsonObject deployment, string operation, string? resource = null)
    {
        var (ns, account) = (deployment.Namespace() ?? "", deployment.Text("spec", "template", "spec", "serviceAccountName") ?? "default");
        var role = FindRole(ns, account, operation);
        var action = $"elasticloadbalancing:{operation}";

        // What the controller's own policy wants of what it makes: the cluster's tag.
        var context = new RequestContext().With("aws:RequestedRegion", view.Cluster.Eks.Region.Name).With($"aws:RequestTag/{ControllerDialect.LoadBalancerController.ClusterTag}", view.Cluster.Name);
        if (PolicyEvaluator.Evaluate(PolicyStore.Of(view.Account, role), new PolicyRequest(null, action, resource ?? "*", context)) != PolicyDecision.Allowed)
        {
            var caller = $"arn:{view.Account.Partition}:sts::{view.Account.Id}:assumed-role/{role.Name}/{account}";
            var where = resource is null ? "" : $" on resource: {resource}";
            throw new ReconcileFailure(ReconcileFailure.Word(Sdk, operation, new AwsException("AccessDenied", $"User: {caller} is not authorized to perform: {action}{where} because no identity-based policy allows the {action} action", 403)));
        }
    }

    private Role FindRole(string ns, string account, string operation)
    {
        var iam = view.Account.Iam;
        if (view.Cluster.PodIdentityAssociations.Values.FirstOrDefault(association => association.Namespace == ns && association.ServiceAccount == account) is { } associated)
        {
            return Visible(associated.RoleArn) ?? throw NoCredentials(operation, "EKS Auth", "AssumeRoleForPodIdentity", new AwsException("AccessDenied", "Unauthorized Exception! EKS does not have permissions to assume the associated role.", 400));
        }

        if (view.Objects.Find(ResourceCatalog.ServiceAccounts, ns, account).Text("metadata", "annotations", "eks.amazonaws.com/role-arn") is { } arn)
        {
            return iam.OidcProviders.Values.FirstOrDefault(provider => $"https://{provider.Url}" == view.Cluster.OidcIssuer) is not { } provider
                ? throw NoCredentials(operation, "STS", "AssumeRoleWithWebIdentity", new AwsException("InvalidIdentityToken", $"No OpenIDConnect provider found in your account for {view.Cluster.OidcIssuer}"))
                : Visible(arn) is { } role && provider.ClientIds.Contains(Audience) && WebIdentity.Trusts(role, provider, $"system:serviceaccount:{ns}:{account}", Audience, []) ? role
                : throw NoCredentials(operation, "STS", "AssumeRoleWithWebIdentity", new AwsException("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403));
        }

        // Without a role of its own it is what its node is.
        return view.Cluster.Nodegroups.Values.Select(group => Visible(group.NodeRole)).FirstOrDefault(role => role is not null)
            ?? throw new ReconcileFailure($"operation error {Sdk}: {operation}, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found");
    }

    private Role? Visible(string arn) => view.Account.Iam.FindRole(arn) is { } role && view.Account.Iam.IsVisible(role) ? role : null;

    private static ReconcileFailure NoCredentials(string operation, string service, string assume, AwsException refused) =>
        new($"operation error {Sdk}: {operation}, get identity: get credentials: failed to refresh cached credentials, {(service == "STS" ? "failed to retrieve credentials, " : "failed to load credentials, ")}{ReconcileFailure.Word(service, assume, refused)}");
}
