using System.Management.Automation;
using System.Text.Json.Nodes;

namespace EksTools.Tests.Permissions;

/// <summary>New-EksIamPolicy in the engine: what it narrows, merges and splits, and how it is called.</summary>
public sealed class NewEksIamPolicyTests : IDisposable
{
    private readonly Session session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public void Names_the_cluster_s_own_resources()
    {
        JsonObject[] statements = Statements("New-EksIamPolicy New-EksCluster demo -Region us-west-2 -AccountId 111122223333");
        Assert.Equal("arn:aws:eks:us-west-2:111122223333:cluster/demo", Text(statements, "Clusters", "Resource"));
        Assert.Equal("""["arn:aws:iam::111122223333:role/ekstools-demo-us-west-2-cluster","arn:aws:iam::111122223333:role/ekstools-demo-us-west-2-node","arn:aws:iam::111122223333:role/ekstools-demo-us-west-2-windows-node","arn:aws:iam::111122223333:role/ekstools-demo-us-west-2-auto-node","arn:aws:iam::111122223333:role/ekstools-demo-us-west-2-fargate","arn:aws:iam::111122223333:role/ekstools-demo-us-west-2-kube-system.aws-node"]""", Text(statements, "ClusterRoles", "Resource"));
        Assert.Equal("""{"StringEquals":{"iam:PassedToService":"eks.amazonaws.com"}}""", Text(statements, "PassClusterRole", "Condition"));
        Assert.Equal("""{"StringEquals":{"aws:RequestTag/ekstools:cluster":"demo"}}""", Text(statements, "MakeTagged", "Condition"));
        Assert.Equal("""{"StringEquals":{"aws:RequestedRegion":"us-west-2"}}""", Text(statements, "Look", "Condition"));
        Assert.Equal(statements.Length, statements.Select(static statement => (string?)statement["Sid"]).Distinct().Count());
    }

    [Theory]
    [InlineData("-Region cn-north-1", "arn:aws-cn:eks:cn-north-1:*:cluster/*", "arn:aws-cn:iam::*:role/ekstools-*")]
    [InlineData("-Partition aws-us-gov", "arn:aws-us-gov:eks:*:*:cluster/*", "arn:aws-us-gov:iam::*:role/ekstools-*")]
    [InlineData("team-* -Region us-west-2", "arn:aws:eks:us-west-2:*:cluster/team-*", "arn:aws:iam::*:role/ekstools-team-*")]
    [InlineData("demo", "arn:aws:eks:*:*:cluster/demo", """["arn:aws:iam::*:role/ekstools-demo-*-cluster","arn:aws:iam::*:role/ekstools-demo-*-node","arn:aws:iam::*:role/ekstools-demo-*-windows-node","arn:aws:iam::*:role/ekstools-demo-*-auto-node","arn:aws:iam::*:role/ekstools-demo-*-fargate","arn:aws:iam::*:role/ekstools-demo-*-kube-system.aws-node"]""")]
    public void Holds_for_what_was_said(string arguments, string clusters, string roles)
    {
        JsonObject[] statements = Statements($"New-EksIamPolicy New-EksCluster {arguments}");
        Assert.Equal(clusters, Text(statements, "Clusters", "Resource"));
        Assert.Equal(roles, Text(statements, "ClusterRoles", "Resource"));
        Assert.Contains(arguments.StartsWith("demo", StringComparison.Ordinal) ? "StringEquals" : "StringLike", Text(statements, "ChangeTagged", "Condition"), StringComparison.Ordinal);
    }

    [Fact]
    public void Shortens_the_names_of_roles_as_the_cluster_s_own_are()
    {
        JsonObject[] statements = Statements("New-EksIamPolicy New-EksCluster a-name-that-is-so-long-that-roles-need-a-shorter-one -Region us-west-2");
        Assert.Equal("arn:aws:eks:us-west-2:*:cluster/a-name-that-is-so-long-that-roles-need-a-shorter-one", Text(statements, "Clusters", "Resource"));
        Assert.Equal(6, System.Text.RegularExpressions.Regex.Count(Text(statements, "ClusterRoles", "Resource"), "role/ekstools-a-name-that-is-so-long-that-roles-need-a-sho-[0-9a-f]{10}\""));
    }

    [Fact]
    public void Narrows_what_is_deleted_attached_and_launched()
    {
        JsonObject[] statements = Statements("New-EksIamPolicy New-EksCluster, Remove-EksCluster, New-EksServiceAccountRole demo -Region us-west-2");
        Assert.Equal("""{"StringEquals":{"aws:ResourceTag/ekstools:cluster":"demo"}}""", Text(statements, "ClusterOidcProvider", "Condition"));
        Assert.Equal("iam:DeleteOpenIDConnectProvider", Text(statements, "ClusterOidcProvider", "Action"));
        Assert.Contains("ec2:RunInstances", Text(statements, "MakeTagged", "Action"), StringComparison.Ordinal);
        Assert.DoesNotMatch("instance|volume|network-interface|:\\*\"", Text(statements, "LaunchNodes", "Resource"));
        Assert.Equal("arn:aws:iam::*:role/ekstools-demo-us-west-2-node", Text(statements, "NodeRoleCniPolicy", "Resource"));
        Assert.Equal("""{"ArnEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"}}""", Text(statements, "NodeRoleCniPolicy", "Condition"));
        Assert.Equal("arn:aws:iam::*:role/ekstools-demo-us-west-2-kube-system.aws-node", Text(statements, "CniRole", "Resource"));
        Assert.Equal("arn:aws:eks:us-west-2:*:addon/demo/eks-pod-identity-agent/*", Text(Statements("New-EksIamPolicy New-EksServiceAccountRole, Convert-EksServiceAccountRole demo -Region us-west-2"), "PodIdentityAgent", "Resource"));
    }

    [Fact]
    public void Heads_each_of_several_policies_with_its_name_and_length()
    {
        string shown = session.Show("Get-Command -Module EksTools | New-EksIamPolicy -WarningAction Ignore");
        Assert.Matches("Policy: EksTools-1, [0-9]{4} characters", shown);
        Assert.Matches("Policy: EksTools-2, [0-9]{3,4} characters", shown);
    }

    [Fact]
    public void Splits_a_statement_that_no_document_has_room_for()
    {
        Answer answer = session.Run("New-EksIamPolicy Remove-EksCluster (1..200 | ForEach-Object { \"cluster-number-$_\" }) -Region us-west-2 -AccountId 111122223333");
        PSObject[] policies = [.. answer.Good()];
        Assert.All(policies, static policy => Assert.InRange((int)policy.Properties["Length"].Value, 1, 6144));
        JsonObject[] statements = [.. policies.SelectMany(static policy => JsonNode.Parse((string)policy.Properties["PolicyDocument"].Value)!["Statement"]!.AsArray()).Select(static one => one!.AsObject())];
        string[] sids = [.. statements.Select(static one => (string)one["Sid"]!)];
        Assert.Equal(sids.Distinct(), sids);
        JsonObject[] clusters = [.. statements.Where(static one => ((string)one["Sid"]!).StartsWith("Clusters", StringComparison.Ordinal))];
        Assert.True(clusters.Length > 1);
        Assert.Equal(
            Enumerable.Range(1, 200).Select(static number => $"arn:aws:eks:us-west-2:111122223333:cluster/cluster-number-{number}").Order(StringComparer.Ordinal),
            clusters.SelectMany(static one => one["Resource"]!.AsArray()).Select(static arn => (string)arn!).Order(StringComparer.Ordinal));
        Assert.Single(clusters.Select(static one => one["Action"]!.ToJsonString()).Distinct());
        Assert.Equal(2, answer.Warnings.Count);
        Assert.Contains("10 managed policies", answer.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Merges_cmdlets_and_takes_them_from_the_pipeline()
    {
        PSObject[] all = [.. session.Run("Get-Command -Module EksTools | New-EksIamPolicy -AccountId 111122223333 -WarningAction Ignore").Good()];
        Assert.All(all, static policy => Assert.InRange((int)policy.Properties["Length"].Value, 1, 6144));
        Assert.Equal(Enumerable.Range(1, all.Length).Select(static number => $"EksTools-{number}"), all.Select(static policy => (string)policy.Properties["PolicyName"].Value));
        string[] sids = [.. all.SelectMany(static policy => JsonNode.Parse((string)policy.Properties["PolicyDocument"].Value)!["Statement"]!.AsArray()).Select(static statement => (string)statement!["Sid"]!)];
        Assert.Equal(sids.Distinct(), sids);
        Assert.Single(session.Run("'get-ekscluster', 'EksTools\\Wait-EksCluster' | New-EksIamPolicy").Good());
    }

    [Fact]
    public void Warns_where_one_policy_is_too_long()
    {
        Answer answer = session.Run("Get-Command -Module EksTools | New-EksIamPolicy");
        Assert.True(answer.Good().Count > 1);
        Assert.Contains("6144", Assert.Single(answer.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Gives_looking_alone_where_that_is_asked_for()
    {
        string[] actions = [.. session.Run("New-EksIamPolicy New-EksCluster, Remove-EksCluster, Add-EksIamMapping demo -ReadOnly -AsJson -WarningAction Ignore").Good().SelectMany(static text => PermissionStage.Actions((string)text.BaseObject))];
        Assert.Contains("ec2:DescribeVpcs", actions);
        Assert.All(actions, static action => Assert.Matches(":(Describe|Get|List)", action));
    }

    [Fact]
    public void Binds_roles_for_pods()
    {
        const string Boundary = "arn:aws:iam::111122223333:policy/pods";
        JsonObject[] statements = Statements($"New-EksIamPolicy New-EksServiceAccountRole demo -Region us-west-2 -RolePath /pods/ -PermissionsBoundary {Boundary} -PolicyArn arn:aws:iam::111122223333:policy/pods-*");
        const string Pods = "\"aws:ResourceTag/ekstools:component\":[\"service-account-role\",\"adopted-role\"]";
        Assert.Equal($$$"""{"StringEquals":{{{{Pods}}}},"ArnEquals":{"iam:PermissionsBoundary":"{{{Boundary}}}"}}""", Text(statements, "PodRolePermissions", "Condition"));
        Assert.Equal($$$"""{"StringEquals":{"aws:RequestTag/ekstools:component":"service-account-role"},"ArnEquals":{"iam:PermissionsBoundary":"{{{Boundary}}}"}}""", Text(statements, "NewPodRoles", "Condition"));
        Assert.Equal($$$"""{"StringEquals":{{{{Pods}}}},"ArnLike":{"iam:PolicyARN":"arn:aws:iam::111122223333:policy/pods-*"},"ArnEquals":{"iam:PermissionsBoundary":"{{{Boundary}}}"}}""", Text(statements, "PodRolePolicies", "Condition"));
        Assert.Equal("""["arn:aws:iam::*:role/ekstools-demo-us-west-2-*","arn:aws:iam::*:role/pods/ekstools-demo-us-west-2-*"]""", Text(statements, "PodRoles", "Resource"));
    }

    [Fact]
    public void Says_when_no_permission_is_needed()
    {
        Answer answer = session.Run("New-EksIamPolicy Get-EksToken, New-EksTrustPolicy");
        Assert.Empty(answer.Good());
        Assert.Contains("Get-EksToken, New-EksTrustPolicy", Assert.Single(answer.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-Nothing", "UnknownCmdlet")]
    [InlineData("Get-EksCluster -Region us-west-2 -Partition aws-cn", "InvalidPolicyScope")]
    [InlineData("Get-EksCluster -AccountId 12", "InvalidPolicyScope")]
    [InlineData("Get-EksCluster -RolePath pods", "InvalidPolicyScope")]
    [InlineData("Get-EksCluster -PermissionsBoundary pods", "InvalidPolicyScope")]
    [InlineData("Get-EksCluster a/b", "InvalidClusterName")]
    [InlineData("New-EksServiceAccountRole demo -PolicyArn \"arn:aws:iam::111122223333:policy/$('a' * 7000)\"", "InvalidPolicyScope")]
    public void Refuses_what_cannot_be(string arguments, string id)
    {
        Answer answer = session.Run($"New-EksIamPolicy {arguments}");
        Assert.Empty(answer.Output);
        Assert.StartsWith($"{id},", Assert.Single(answer.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Completes_the_module_s_cmdlets() =>
        Assert.Equal("Register-EksOidcProvider", (string)session.Run("(TabExpansion2 'New-EksIamPolicy Reg' 20).CompletionMatches[0].CompletionText").Good()[0].BaseObject);

    [Fact]
    public async Task A_refused_call_names_the_action_and_how_to_get_it()
    {
        await using PermissionStage stage = await PermissionStage.StartAsync([]);
        ErrorRecord error = Assert.Single(stage.Run("EksTools\\Get-EksCluster demo").Errors);
        Assert.StartsWith("AwsAccessDenied,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("not authorized to perform: eks:DescribeCluster on resource: arn:aws:eks:us-west-2:111122223333:cluster/demo because no identity-based policy allows", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.ToString());
        Assert.EndsWith("New-EksIamPolicy Get-EksCluster writes all that the cmdlet needs.", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    private JsonObject[] Statements(string script) =>
        [.. session.Run($"{script} -AsJson -WarningAction Ignore").Good().SelectMany(static text => JsonNode.Parse((string)text.BaseObject)!["Statement"]!.AsArray()).Select(static statement => statement!.AsObject())];

    private static string Text(JsonObject[] statements, string sid, string member)
    {
        JsonNode value = statements.Single(statement => (string?)statement["Sid"] == sid)[member]!;
        return value is JsonValue ? (string)value! : value.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
