using EksTools.Core.Clusters;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Findings;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Findings;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity.Audit;

/// <summary>Follows the chain from a pod to its role link by link, as AWS does, and says at which it breaks. Asks nobody.</summary>
internal sealed class ServiceAccountChecks(ClusterFacts cluster)
{
    private static readonly string[] PodIdentityActions = ["sts:AssumeRole", "sts:TagSession"];

    /// <summary>What is wrong with one service account; nothing when its pods get the role.</summary>
    public IEnumerable<EksServiceAccountRoleFinding> Check(ServiceAccountFacts facts)
    {
        Reporter report = new(cluster, facts);
        if (!facts.Exists)
        {
            yield return report.Error("ServiceAccountMissing", $"There is no service account {facts.Name}; pods that name it are not created.", report.New(facts.AssociatedRole is null ? null : "PodIdentity", more: " -CreateNamespace"));
        }

        if (!facts.Exists && facts.Annotation is null && facts.AssociatedRole is null)
        {
            yield break;
        }

        if (cluster.HasWebhook == false)
        {
            yield return report.Error("WebhookMissing", $"Cluster {cluster.Cluster.Name} has no pod-identity-webhook: no pod gets a token for its role.", $"EksTools\\Get-EksCluster {PowerShellText.Argument(cluster.Cluster.Name)}{report.Region} | Format-List Status, HealthIssues");
        }

        if (facts.Annotation is null && facts.AssociatedRole is null)
        {
            yield return report.Error("NoRole", $"Service account {facts.Name} has neither an annotation nor a Pod Identity association: its pods get the node's role, if any.", report.New());
            yield break;
        }

        foreach (EksServiceAccountRoleFinding finding in (facts.AssociatedRole is { } associated ? CheckPodIdentity(facts, associated, report) : CheckIrsa(facts, facts.Annotation!, report)).Concat(CheckPods(facts, report)))
        {
            yield return finding;
        }
    }

    private IEnumerable<EksServiceAccountRoleFinding> CheckIrsa(ServiceAccountFacts facts, string annotation, Reporter report)
    {
        report.RoleArn = annotation;
        if (ReadRole(annotation) is not { } named)
        {
            yield return report.Error("AnnotationNotARole", $"The annotation of service account {facts.Name}, '{annotation}', is not the ARN of an IAM role.", report.New("Irsa", sameRole: false));
            yield break;
        }

        if (named.Partition != cluster.Partition)
        {
            yield return report.Error("RoleOfOtherPartition", $"The annotation of service account {facts.Name} names a role of partition {named.Partition}, and the cluster is in {cluster.Partition}.", report.New("Irsa", sameRole: false));
            yield break;
        }

        if (cluster.ProviderAudiences is null)
        {
            yield return report.Error("ProviderMissing", $"IAM has no OpenID Connect provider {cluster.Issuer.HostPath}: STS knows no token of cluster {cluster.Cluster.Name}.", $"Register-EksOidcProvider {PowerShellText.Argument(cluster.Cluster.Name)}{report.Region}");
        }
        else if (!cluster.ProviderAudiences.Contains(facts.Audience, StringComparer.Ordinal))
        {
            yield return report.Error("ProviderLacksAudience", $"The provider of cluster {cluster.Cluster.Name} does not know the audience {facts.Audience} of service account {facts.Name}.", $"Register-EksOidcProvider {PowerShellText.Argument(cluster.Cluster.Name)}{report.Region} -ClientId {PowerShellText.Argument(facts.Audience)}");
        }

        foreach (EksServiceAccountRoleFinding finding in CheckRole(facts, annotation, report, "Irsa"))
        {
            yield return finding;
        }

        if (facts.Roles.GetValueOrDefault(annotation)?.Trust is { } trust)
        {
            foreach ((EksFindingSeverity severity, string rule, string message) in new WebIdentityTrust(cluster, facts.Name, facts.Audience).Explain(trust))
            {
                yield return report.Make(severity, rule, message, report.New("Irsa"));
            }
        }
    }

    private IEnumerable<EksServiceAccountRoleFinding> CheckPodIdentity(ServiceAccountFacts facts, string associated, Reporter report)
    {
        report.RoleArn = associated;
        if (facts.Annotation is { } shadowed)
        {
            string[] still = [.. facts.Pods.Where(static pod => pod.Mode == ServiceAccountRoleMode.Irsa).Select(static pod => pod.PodName)];
            yield return report.Warning(
                "BothMechanisms",
                $"Service account {facts.Name} has a Pod Identity association and is annotated for IRSA with {shadowed} too: new pods get the association's role{(still.Length == 0 ? string.Empty : $", while {string.Join(", ", still)} {(still.Length == 1 ? "keeps" : "keep")} the annotation's, for which the AWS SDKs look first")}.",
                $"kubectl annotate serviceaccount {facts.Name.Name} --namespace {facts.Name.Namespace} eks.amazonaws.com/role-arn-");
        }

        if (!cluster.HasAgent)
        {
            yield return report.Error("AgentMissing", $"Cluster {cluster.Cluster.Name} has no add-on eks-pod-identity-agent: pods ask an agent that is not there.", report.New("PodIdentity"));
        }

        foreach (EksServiceAccountRoleFinding finding in CheckRole(facts, associated, report, "PodIdentity"))
        {
            yield return finding;
        }

        if (facts.Roles.GetValueOrDefault(associated)?.Trust is { } trust)
        {
            Dictionary<string, string> context = new(StringComparer.OrdinalIgnoreCase)
            {
                ["aws:RequestTag/eks-cluster-arn"] = cluster.Cluster.Arn,
                ["aws:RequestTag/eks-cluster-name"] = cluster.Cluster.Name,
                ["aws:RequestTag/kubernetes-namespace"] = facts.Name.Namespace,
                ["aws:RequestTag/kubernetes-service-account"] = facts.Name.Name,
                ["aws:SourceAccount"] = cluster.Account,
                ["aws:SourceArn"] = cluster.Cluster.Arn,
            };
            foreach (string action in PodIdentityActions.Where(action => TrustEvaluation.Allows(trust, new AssumeRequest(action, "Service", TrustPolicyDocument.PodIdentityService, context)) == false))
            {
                yield return report.Error("PodIdentityNotTrusted", $"The trust policy of role {associated} does not allow {TrustPolicyDocument.PodIdentityService} {action} for service account {facts.Name} of cluster {cluster.Cluster.Name}.", report.New("PodIdentity"));
            }
        }
    }

    private static IEnumerable<EksServiceAccountRoleFinding> CheckRole(ServiceAccountFacts facts, string arn, Reporter report, string mode)
    {
        RoleFacts role = facts.Roles.GetValueOrDefault(arn) ?? new RoleFacts(null, null, "it was not looked at");
        if (role.Unknown is { } reason)
        {
            yield return report.Make(EksFindingSeverity.Information, "RoleNotSeen", $"Role {arn} could not be looked at: {reason}", $"Get-IAMRole -RoleName {PowerShellText.Argument(arn[(arn.LastIndexOf('/') + 1)..])}");
        }
        else if (role.Arn is null)
        {
            yield return report.Error("RoleMissing", $"Service account {facts.Name} names role {arn}, which is not there.", report.New(mode, sameRole: false));
        }
        else if (role.Arn != arn)
        {
            // STS compares the whole ARN: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
            yield return report.Error("RolePathWrong", $"Service account {facts.Name} names role {arn}, and the role of that name is {role.Arn}: its path belongs to it.", mode == "Irsa" ? $"kubectl annotate --overwrite serviceaccount {facts.Name.Name} --namespace {facts.Name.Namespace} {PowerShellText.Argument($"eks.amazonaws.com/role-arn={role.Arn}")}" : report.New(mode));
        }
    }

    private static IEnumerable<EksServiceAccountRoleFinding> CheckPods(ServiceAccountFacts facts, Reporter report)
    {
        EksServiceAccountPod[] old = [.. facts.Pods.Where(static pod => !pod.IsCurrent)];
        if (old.Length > 0)
        {
            yield return report.Error("PodsAreOlder", $"{Listed(old.Select(static pod => pod.PodName))} of service account {facts.Name} {(old.Length == 1 ? "was" : "were")} created before it had this role, and {(old.Length == 1 ? "does" : "do")} not have it: pods get it when they are created.", report.New(more: " -RestartPods"));
        }

        foreach (EksServiceAccountPod pod in facts.Pods.Where(static pod => pod.SkippedContainers.Count > 0))
        {
            yield return report.Make(EksFindingSeverity.Information, "ContainersSkipped", $"Pod {pod.PodName} of service account {facts.Name} leaves out the containers {string.Join(", ", pod.SkippedContainers)} (annotation eks.amazonaws.com/skip-containers).", $"kubectl get pod {pod.PodName} --namespace {pod.Namespace} --output yaml");
        }
    }

    private static string Listed(IEnumerable<string> pods)
    {
        string[] names = [.. pods];
        return names.Length switch
        {
            1 => $"Pod {names[0]}",
            <= 3 => $"Pods {string.Join(", ", names)}",
            _ => $"Pods {string.Join(", ", names.Take(3))} and {names.Length - 3} more",
        };
    }

    /// <summary>arn:PARTITION:iam::ACCOUNT:role/PATH/NAME</summary>
    private static (string Partition, string Name)? ReadRole(string arn) =>
        arn.Split(':', 6) is ["arn", { Length: > 0 } partition, "iam", "", { Length: 12 } account, var resource] && account.All(char.IsAsciiDigit)
        && resource.StartsWith("role/", StringComparison.Ordinal) && !resource.EndsWith('/') && !resource.Any(char.IsWhiteSpace)
            ? (partition, resource[(resource.LastIndexOf('/') + 1)..])
            : null;

    /// <summary>Findings about one service account, with the commands that mend them.</summary>
    private sealed class Reporter(ClusterFacts cluster, ServiceAccountFacts facts)
    {
        public string? RoleArn { get; set; } = facts.Annotation ?? facts.AssociatedRole;

        public string Region => $" -Region {cluster.Cluster.Region}";

        /// <summary>The command that makes or mends the whole chain, with the role that is named already, or with the one that EksTools would make where that is wrong.</summary>
        public string New(string? mode = null, bool sameRole = true, string more = "")
        {
            if (facts.Name == VpcCniRole.ServiceAccount)
            {
                // The role that EksTools gives the add-on is mended with the add-on, which would write over what is mended beside it.
                ClusterIdentity identity = new(cluster.Cluster.Name, cluster.Cluster.Region);
                if (cluster.Cluster.Managed && facts.AssociatedRole is null && (RoleArn is null || ClusterRoles.NameOf(RoleArn) == identity.ServiceAccountRoleName(facts.Name)))
                {
                    return $"EksTools\\New-EksCluster {PowerShellText.Argument(cluster.Cluster.Name)}{Region} -Repair";
                }

                more = $"{more.Replace(" -RestartPods", string.Empty, StringComparison.Ordinal)} -WellKnownPolicy VpcCni -RestartPods";
            }

            string role = !sameRole ? " -Force" : RoleArn is { } arn && ReadRole(arn) is { } named ? $" -RoleName {PowerShellText.Argument(named.Name)}{PathOf(arn)} -Adopt" : string.Empty;
            return $"New-EksServiceAccountRole {PowerShellText.Argument(cluster.Cluster.Name)} {PowerShellText.Argument(facts.Name.ToString())}{Region}{role}{(mode is null ? string.Empty : $" -Mode {mode}")}{more}";
        }

        public EksServiceAccountRoleFinding Error(string rule, string message, string fix) => Make(EksFindingSeverity.Error, rule, message, fix);

        public EksServiceAccountRoleFinding Warning(string rule, string message, string fix) => Make(EksFindingSeverity.Warning, rule, message, fix);

        public EksServiceAccountRoleFinding Make(EksFindingSeverity severity, string rule, string message, string fix) => new()
        {
            ClusterName = cluster.Cluster.Name,
            Region = cluster.Cluster.Region,
            Severity = severity,
            Rule = rule,
            Where = facts.Name.ToString(),
            Message = message,
            Fix = fix,
            Namespace = facts.Name.Namespace,
            ServiceAccount = facts.Name.Name,
            RoleArn = RoleArn,
        };

        private static string PathOf(string arn)
        {
            string resource = arn[(arn.IndexOf(":role/", StringComparison.Ordinal) + ":role".Length)..];
            string path = resource[..(resource.LastIndexOf('/') + 1)];
            return path == "/" ? string.Empty : $" -Path {PowerShellText.Argument(path)}";
        }
    }
}
