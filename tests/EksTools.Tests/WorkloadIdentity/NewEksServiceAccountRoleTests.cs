using System.Management.Automation;
using System.Text.Json.Nodes;
using Amazon.IdentityManagement.Model;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.WorkloadIdentity;

/// <summary>New-EksServiceAccountRole in the engine, against the sandbox.</summary>
public sealed class NewEksServiceAccountRoleTests : IAsyncLifetime
{
    private Rehearsal rehearsal = null!;
    private Iam iam = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        iam = new Iam(rehearsal.Sandbox);
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();

        // As a cluster has none that another tool made.
        await iam.Client.DeleteOpenIDConnectProviderAsync(new DeleteOpenIDConnectProviderRequest { OpenIDConnectProviderArn = Assert.Single(await iam.ReadProvidersAsync()) }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Makes_provider_role_and_service_account_and_finds_them_again()
    {
        const string command = "New-EksServiceAccountRole demo shop/orders -CreateNamespace -PolicyDocument @{ Version = '2012-10-17'; Statement = @(@{ Effect = 'Allow'; Action = 's3:GetObject'; Resource = '*' }) } -WellKnownPolicy EbsCsiController, ExternalDns";
        Assert.Equal(
            ["oidc-provider", "role", "permissions", "namespace-shop", "service-account-shop/orders"],
            rehearsal.Session.Run(command + " -WhatIf").Good().Select(static step => (string)step.Properties["Step"].Value));
        Assert.Empty(await iam.ReadProvidersAsync());

        PSObject made = Assert.Single(rehearsal.Session.Run(command).Good());
        Assert.Equal("demo us-west-2 shop orders Irsa Created", Says(made, "ClusterName", "Region", "Namespace", "ServiceAccount", "Mode", "Change"));
        string role = Says(made, "RoleName");
        string provider = Assert.Single(await iam.ReadProvidersAsync());
        JsonNode statement = Assert.Single(await iam.ReadTrustAsync(role))!;
        Assert.Equal(provider, (string?)statement["Principal"]!["Federated"]);
        string issuer = provider[(provider.IndexOf('/', StringComparison.Ordinal) + 1)..];
        Assert.Equal("system:serviceaccount:shop:orders", (string?)statement["Condition"]!["StringEquals"]![issuer + ":sub"]);
        Assert.Equal(["arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy", "ekstools", "ekstools-ExternalDns"], await iam.ReadPoliciesAsync(role));
        Assert.Equal(Says(made, "RoleArn"), await ReadAnnotationAsync("shop", "orders"));

        // CreateRole is how the second run learns that the role is there.
        int before = rehearsal.Sandbox.Requests.Count;
        Assert.Equal("Found", Says(Assert.Single(rehearsal.Session.Run(command).Good()), "Change"));
        Assert.Equal(
            ["CreateRole"],
            rehearsal.Sandbox.Requests.Skip(before).Select(static request => request.Operation).Where(static operation => !operation.StartsWith("Get", StringComparison.Ordinal) && !operation.StartsWith("List", StringComparison.Ordinal) && !operation.StartsWith("Describe", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_role_serves_many_and_keeps_what_others_wrote()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo a -RoleName shared -Mode Irsa").Good();
        JsonArray trust = await iam.ReadTrustAsync("shared");
        trust.Add(JsonNode.Parse("""{"Sid":"Theirs","Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"""));
        await iam.Client.UpdateAssumeRolePolicyAsync(new UpdateAssumeRolePolicyRequest { RoleName = "shared", PolicyDocument = $$"""{"Version":"2012-10-17","Id":"kept","Statement":{{trust.ToJsonString()}}}""" }, TestContext.Current.CancellationToken);
        Assert.Equal("Updated", Says(Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo b* -RoleName shared").Good()), "Change"));
        JsonArray after = await iam.ReadTrustAsync("shared");
        Assert.Equal(3, after.Count);
        Assert.True(JsonNode.DeepEquals(trust[1], after[1]));
        Assert.Contains("\"StringLike\"", after[2]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("kept", Uri.UnescapeDataString((await iam.Client.GetRoleAsync(new GetRoleRequest { RoleName = "shared" }, TestContext.Current.CancellationToken)).Role.AssumeRolePolicyDocument), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_accounts_whose_names_run_together_get_roles_of_their_own()
    {
        IReadOnlyList<PSObject> made = rehearsal.Session.Run("'team/a-b', 'team-a/b', 'team/a*b', 'team/a?b' | ForEach-Object { [pscustomobject]@{ ServiceAccount = $_ } } | New-EksServiceAccountRole -ClusterName demo -CreateNamespace -Mode Irsa").Good();
        string[] roles = [.. made.Select(static role => Says(role, "RoleName"))];
        Assert.Equal(["ekstools-demo-us-west-2-team.a-b", "ekstools-demo-us-west-2-team-a.b", "ekstools-demo-us-west-2-team.a+b", "ekstools-demo-us-west-2-team.a=b"], roles);
        foreach (string role in roles)
        {
            Assert.Single(await iam.ReadTrustAsync(role));
        }
    }

    [Fact]
    public async Task A_pipeline_reads_what_is_shared_once_and_loses_nothing_of_one_role()
    {
        int before = rehearsal.Sandbox.Requests.Count;
        Answer answer = rehearsal.Session.Run("""
            1..4 | ForEach-Object { [pscustomobject]@{ ServiceAccount = "a$_"; RoleName = 'shared' }; [pscustomobject]@{ ServiceAccount = "b$_"; Namespace = $(if ($_ -eq 3) { 'missing' } else { 'default' }) } } |
                New-EksServiceAccountRole -ClusterName demo -Mode Irsa -PolicyArn arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy
            """);
        Assert.StartsWith("NamespaceNotFound,", Assert.Single(answer.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("missing/b3", answer.Errors[0].TargetObject.ToString());
        Assert.Equal(Enumerable.Range(1, 4).SelectMany(static number => new[] { $"a{number}", $"b{number}" }).Where(static name => name != "b3"), answer.Output.Select(static role => Says(role, "ServiceAccount")));
        Assert.Equal(4, (await iam.ReadTrustAsync("shared")).Count);
        Assert.Single(rehearsal.Sandbox.Requests.Skip(before), static request => request.Operation == "DescribeCluster");
        Assert.Single(rehearsal.Sandbox.Requests.Skip(before), static request => request.Operation == "GetPolicy");
        Assert.Single(await iam.ReadProvidersAsync());
    }

    [Fact]
    public async Task A_trust_policy_that_IAM_answers_late_loses_no_statement()
    {
        const string role = "ekstools-demo-us-west-2-default.a";
        rehearsal.Session.Run("New-EksServiceAccountRole demo a -Mode Irsa").Good();

        // A stale read must see the role, and what it trusted at first.
        TimeSpan late = TimeSpan.FromSeconds(1);
        await Task.Delay(late * 1.1, TestContext.Current.CancellationToken);
        rehearsal.Sandbox.Faults.Add(new FaultRule { Service = "iam", Operation = "GetRole", Kind = FaultKind.Stale, Count = int.MaxValue, Delay = late });
        rehearsal.Session.Run($"[pscustomobject]@{{ ServiceAccount = 'b'; RoleName = '{role}' }}, [pscustomobject]@{{ ServiceAccount = 'a', 'c' }} | New-EksServiceAccountRole -ClusterName demo -Mode Irsa; New-EksServiceAccountRole demo e -RoleName {role} -Mode Irsa; Remove-EksServiceAccountRole demo c -Confirm:$false").Good();
        rehearsal.Sandbox.Faults.Clear();
        string trust = (await iam.ReadTrustAsync(role)).ToJsonString();
        Assert.All((string[])["a", "b", "e"], name => Assert.Contains($":default:{name}\"", trust, StringComparison.Ordinal));
        Assert.DoesNotContain(":default:c\"", trust, StringComparison.Ordinal);
    }

    [Fact]
    public void What_all_roles_share_and_cannot_be_made_is_tried_once()
    {
        int before = rehearsal.Sandbox.Requests.Count;
        rehearsal.Sandbox.Faults.Add("iam", "CreateOpenIDConnectProvider", FaultKind.AccessDenied, count: 100);
        Answer answer = rehearsal.Session.Run("1..12 | ForEach-Object { [pscustomobject]@{ ServiceAccount = \"a$_\" } } | New-EksServiceAccountRole -ClusterName demo -Mode Irsa");
        Assert.Equal(12, answer.Errors.Count);
        Assert.All(answer.Errors, static error => Assert.StartsWith("AwsAccessDenied,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.Single(rehearsal.Sandbox.Requests.Skip(before), static request => request.Operation == "CreateOpenIDConnectProvider");
    }

    [Fact]
    public async Task An_audience_of_ones_own_takes_irsa_and_EKS_refuses_a_target_that_is_no_role()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo other -Mode PodIdentity").Good();
        Assert.Equal("Irsa", Says(Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo app -Audience mine").Good()), "Mode"));
        using Amazon.EKS.AmazonEKSClient eks = EarlierVersion.Eks(rehearsal.Sandbox);
        string role = $"arn:aws:iam::111122223333:role/{(await iam.Client.GetRoleAsync(new GetRoleRequest { RoleName = "ekstools-demo-us-west-2-default.other" }, TestContext.Current.CancellationToken)).Role.RoleName}";
        string association = Says(Assert.Single(rehearsal.Session.Run("Get-EksServiceAccountRole demo other").Good()), "AssociationId");
        foreach (string target in (string[])["x", "arn:aws-cn:iam::999999999999:role/x", "arn:aws:iam::999999999999:user/x"])
        {
            await Assert.ThrowsAsync<Amazon.EKS.Model.InvalidParameterException>(() => eks.UpdatePodIdentityAssociationAsync(new Amazon.EKS.Model.UpdatePodIdentityAssociationRequest { ClusterName = "demo", AssociationId = association, RoleArn = role, TargetRoleArn = target }, TestContext.Current.CancellationToken));
        }

        rehearsal.Session.Run("New-EksServiceAccountRole demo other -TargetRoleArn arn:aws:iam::999999999999:role/x -Mode PodIdentity").Good();
    }

    [Fact]
    public void The_service_account_of_an_add_on_is_left_to_it()
    {
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo kube-system/aws-node -Mode Irsa -RoleName other").Errors);
        Assert.StartsWith("ServiceAccountManagedElsewhere,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("add-on vpc-cni", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Update-EKSAddon -AddonName vpc-cni -ServiceAccountRoleArn", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pod_identity_installs_the_agent_and_associates()
    {
        PSObject made = Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo app -Mode PodIdentity -Tag @{ team = 'web' }").Good());
        Assert.Equal("PodIdentity Created", Says(made, "Mode", "Change"));
        Assert.StartsWith("a-", Says(made, "AssociationId"), StringComparison.Ordinal);
        Assert.Null(await ReadAnnotationAsync("default", "app"));
        Assert.Equal("pods.eks.amazonaws.com", (string?)Assert.Single(await iam.ReadTrustAsync(Says(made, "RoleName")))!["Principal"]!["Service"]);

        // The agent is there now, and another role takes the place of the first.
        PSObject again = Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo app -RoleName other").Good());
        Assert.Equal($"PodIdentity {Says(made, "AssociationId")} other", Says(again, "Mode", "AssociationId", "RoleName"));
        Assert.Empty(await iam.ReadProvidersAsync());
    }

    [Fact]
    public async Task An_association_of_something_else_is_taken_over_only_when_asked()
    {
        using Amazon.EKS.AmazonEKSClient eks = new(new Amazon.Runtime.BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new Amazon.EKS.AmazonEKSConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        string theirs = (await iam.Client.CreateRoleAsync(new CreateRoleRequest { RoleName = "theirs", AssumeRolePolicyDocument = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}}""" }, TestContext.Current.CancellationToken)).Role.Arn;

        // EKS sees a role some seconds after IAM made it: here, milliseconds.
        await Task.Delay(20, TestContext.Current.CancellationToken);
        await eks.CreatePodIdentityAssociationAsync(new Amazon.EKS.Model.CreatePodIdentityAssociationRequest { ClusterName = "demo", Namespace = "default", ServiceAccount = "app", RoleArn = theirs }, TestContext.Current.CancellationToken);
        Assert.StartsWith("AssociationNotManaged,", Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo app").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(theirs, Says(Assert.Single(rehearsal.Session.Run("Get-EksServiceAccountRole demo app").Good()), "RoleArn"));
        Assert.Equal(Says(Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo app -Force").Good()), "RoleArn"), Says(Assert.Single(rehearsal.Session.Run("Get-EksServiceAccountRole demo app").Good()), "RoleArn"));
    }

    [Fact]
    public async Task Several_service_accounts_each_get_their_association()
    {
        IReadOnlyList<PSObject> made = rehearsal.Session.Run("New-EksServiceAccountRole demo (1..20 | ForEach-Object { \"app-$_\" }) -Mode PodIdentity").Good();
        Assert.Equal(20, made.Select(static role => Says(role, "AssociationId")).Where(static id => id.StartsWith("a-", StringComparison.Ordinal)).Distinct().Count());
        Assert.Single(await iam.ReadTrustAsync(Says(made[0], "RoleName")));
    }

    [Fact]
    public async Task An_annotated_service_account_stays_with_irsa_and_foreign_annotations_stay()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo app -Mode Irsa -RegionalSts $true -TokenExpiration 01:00:00").Good();
        rehearsal.Session.Run("New-EksServiceAccountRole demo other -Mode PodIdentity").Good();
        Assert.Equal("Irsa", Says(Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo app").Good()), "Mode"));
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await kubernetes.CreateAsync(
            "/api/v1/namespaces/default/serviceaccounts?fieldManager=helm",
            """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"theirs","labels":{"app.kubernetes.io/managed-by":"Helm"},"annotations":{"meta.helm.sh/release-name":"x","eks.amazonaws.com/role-arn":"arn:aws:iam::111122223333:role/old"}}}""");
        Assert.StartsWith("ServiceAccountManagedElsewhere,", Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo theirs").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        string role = Says(Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo theirs -Force").Good()), "RoleArn");
        JsonObject metadata = (await kubernetes.ReadAsync("/api/v1/namespaces/default/serviceaccounts/theirs"))!["metadata"]!.AsObject();
        Assert.Equal(role, (string?)metadata["annotations"]!["eks.amazonaws.com/role-arn"]);
        Assert.Equal("x Helm", $"{metadata["annotations"]!["meta.helm.sh/release-name"]} {metadata["labels"]!["app.kubernetes.io/managed-by"]}");
    }

    [Fact]
    public async Task Pods_are_restarted_when_asked()
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await kubernetes.CreateAsync(
            "/apis/apps/v1/namespaces/default/deployments",
            """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"shop"},"spec":{"selector":{"matchLabels":{"app":"shop"}},"template":{"metadata":{"labels":{"app":"shop"}},"spec":{"serviceAccountName":"app","containers":[{"name":"c","image":"i"}]}}}}""");
        await kubernetes.CreateAsync("/api/v1/namespaces/default/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"app"}}""");
        await kubernetes.CreateAsync("/api/v1/namespaces/default/pods", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"bare"},"spec":{"serviceAccountName":"app","containers":[{"name":"c","image":"i"}]}}""");
        Answer answer = rehearsal.Session.Run("New-EksServiceAccountRole demo app -RestartPods -Mode Irsa");
        answer.Good();
        Assert.Contains("bare in default", Assert.Single(answer.Warnings), StringComparison.Ordinal);
        JsonObject deployment = (await kubernetes.ReadAsync("/apis/apps/v1/namespaces/default/deployments/shop"))!;
        Assert.NotNull(deployment["spec"]!["template"]!["metadata"]!["annotations"]!["kubectl.kubernetes.io/restartedAt"]);
    }

    [Fact]
    public async Task A_role_of_something_else_is_adopted_only_when_asked()
    {
        await iam.Client.CreateRoleAsync(new CreateRoleRequest { RoleName = "theirs", AssumeRolePolicyDocument = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}""" }, TestContext.Current.CancellationToken);
        Assert.StartsWith("RoleNotManaged,", Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo app -RoleName theirs -Mode Irsa").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Single(await iam.ReadTrustAsync("theirs"));
        Assert.Equal("Updated", Says(Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo app -RoleName theirs -Mode Irsa -Adopt").Good()), "Change"));
        Assert.Equal(2, (await iam.ReadTrustAsync("theirs")).Count);
    }

    [Theory]
    [InlineData("-RoleName 'a b'", "InvalidRoleName")]
    [InlineData("-Path team", "InvalidRolePath")]
    [InlineData("-PolicyArn arn:aws-cn:iam::aws:policy/ReadOnlyAccess", "ArnOfOtherPartition")]
    [InlineData("-PolicyArn ReadOnlyAccess", "InvalidPolicyArn")]
    [InlineData("-PolicyDocument '{\"Statement\":'", "InvalidPolicyDocument")]
    [InlineData("-PolicyDocument @{ Version = 'x' }", "InvalidPolicyDocument")]
    [InlineData("-PolicyDocument ./no-such-file.json", "PolicyDocumentUnreadable")]
    [InlineData("-WellKnownPolicy EbsController", "UnknownWellKnownPolicy")]
    [InlineData("-MaxSessionDuration 00:10:00", "InvalidMaxSessionDuration")]
    [InlineData("-TokenExpiration 00:01:00", "InvalidTokenExpiration")]
    [InlineData("-TargetRoleArn arn:aws:iam::999999999999:role/x", "TargetRoleNeedsPodIdentity")]
    [InlineData("-Mode PodIdentity -TargetRoleArn arn:aws-cn:iam::999999999999:role/x", "ArnOfOtherPartition")]
    [InlineData("-Mode PodIdentity -TargetRoleArn x", "InvalidRoleArn")]
    [InlineData("-Mode PodIdentity -RegionalSts $true", "TokenOptionNeedsIrsa")]
    [InlineData("-Mode PodIdentity -TokenExpiration 01:00:00", "TokenOptionNeedsIrsa")]
    [InlineData("-Mode PodIdentity -Audience other", "TokenOptionNeedsIrsa")]
    [InlineData("-Namespace Shop", "InvalidNamespace")]
    [InlineData("-Namespace missing -Mode Irsa", "NamespaceNotFound")]
    [InlineData("-PolicyArn arn:aws:iam::aws:policy/DoesNotExist", "PolicyNotFound")]
    public void Bad_input_gets_a_sentence(string parameters, string error)
    {
        Answer answer = rehearsal.Session.Run($"New-EksServiceAccountRole demo app {parameters}");
        Assert.Empty(answer.Output);
        Assert.StartsWith(error + ",", Assert.Single(answer.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.DoesNotContain(rehearsal.Sandbox.Requests, static request => request.Operation is "CreateOpenIDConnectProvider" or "CreateRole" && request.Body.Contains("default.app", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trouble_on_the_way_makes_nothing_twice()
    {
        foreach (string operation in new[] { "CreateOpenIDConnectProvider", "CreateRole", "AttachRolePolicy", "CreatePodIdentityAssociation" })
        {
            rehearsal.Sandbox.Faults.Add(new FaultRule { Operation = operation, Kind = FaultKind.DropAfter, Count = 1 });
            rehearsal.Sandbox.Faults.Add(new FaultRule { Operation = operation, Kind = FaultKind.Throttle, Count = 1 });
        }

        rehearsal.Session.Run("New-EksServiceAccountRole demo a -Mode Irsa -WellKnownPolicy EbsCsiController").Good();
        PSObject made = Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo b -Mode PodIdentity -WellKnownPolicy EbsCsiController").Good());
        Assert.Single(await iam.ReadProvidersAsync());
        Assert.Single(await iam.ReadTrustAsync(Says(made, "RoleName")));
        Assert.StartsWith("a-", Says(made, "AssociationId"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_made_for_pods_goes_with_the_cluster()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo a -Mode Irsa; New-EksServiceAccountRole demo b -Mode PodIdentity").Good();
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Empty(await iam.ReadProvidersAsync());
        Assert.DoesNotContain(await Inventory.ReadAsync(rehearsal.Sandbox), static thing => thing.StartsWith("role ", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_of_well_known_policies_are_completed()
    {
        Assert.Equal(["EbsCsiController", "EfsCsiController", "ExternalDns"], rehearsal.Session.Run("$line = 'New-EksServiceAccountRole demo app -WellKnownPolicy e'; (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText").Good().Select(static word => (string)word.BaseObject));
    }

    public async ValueTask DisposeAsync()
    {
        iam.Dispose();
        await rehearsal.DisposeAsync();
    }

    private async Task<string?> ReadAnnotationAsync(string space, string name)
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        return (string?)(await kubernetes.ReadAsync($"/api/v1/namespaces/{space}/serviceaccounts/{name}"))!["metadata"]!["annotations"]?["eks.amazonaws.com/role-arn"];
    }

    private static string Says(PSObject record, params string[] properties) => string.Join(' ', properties.Select(property => $"{record.Properties[property].Value}"));
}
