using System.Text.Json.Nodes;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Errors;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.Tests.WorkloadIdentity;

/// <summary>Documents as the EKS user guide shows them (associate-service-account-role, pod-id-role), compared as JSON.</summary>
public sealed class TrustPolicyDocumentTests
{
    private const string Id = "EXAMPLED539D4633E53DE1B71EXAMPLE";
    private static readonly TrustPolicyCluster Demo = Cluster("aws", "us-west-2", "demo", $"https://oidc.eks.us-west-2.amazonaws.com/id/{Id}");

    [Fact]
    public void One_service_account() => Says(
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
         "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"},
         "Action":"sts:AssumeRoleWithWebIdentity",
         "Condition":{"StringEquals":{
           "oidc.eks.us-west-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE:aud":"sts.amazonaws.com",
           "oidc.eks.us-west-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE:sub":"system:serviceaccount:default:my-service-account"}}}]}
        """,
        new() { Clusters = [Demo], ServiceAccounts = [new("default", "my-service-account")] });

    [Fact]
    public void A_wildcard_compares_the_subject_by_StringLike_and_the_audience_by_StringEquals() => Says(
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
         "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"},
         "Action":"sts:AssumeRoleWithWebIdentity",
         "Condition":{
           "StringEquals":{"oidc.eks.us-west-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE:aud":"sts.amazonaws.com"},
           "StringLike":{"oidc.eks.us-west-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE:sub":["system:serviceaccount:web:*","system:serviceaccount:default:app"]}}}]}
        """,
        new() { Clusters = [Demo], ServiceAccounts = [new("web", "*"), new("default", "app"), new("web", "*")] });

    [Fact]
    public void Pod_identity() => Says(
        """
        {"Version":"2012-10-17","Statement":[{"Sid":"AllowEksAuthToAssumeRoleForPodIdentity","Effect":"Allow",
         "Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}
        """,
        new() { PodIdentity = true });

    [Fact]
    public void Pod_identity_of_several_namespaces_pairs_no_name_with_a_foreign_namespace() => Says(
        """
        {"Version":"2012-10-17","Statement":[
         {"Sid":"AllowEksAuthToAssumeRoleForPodIdentity","Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"],
          "Condition":{"StringEquals":{"aws:RequestTag/eks-cluster-arn":"arn:aws:eks:us-west-2:111122223333:cluster/demo","aws:RequestTag/kubernetes-namespace":"a","aws:RequestTag/kubernetes-service-account":["x","y"]}}},
         {"Sid":"AllowEksAuthToAssumeRoleForPodIdentity2","Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"],
          "Condition":{"StringEquals":{"aws:RequestTag/eks-cluster-arn":"arn:aws:eks:us-west-2:111122223333:cluster/demo","aws:RequestTag/kubernetes-namespace":"b"},"StringLike":{"aws:RequestTag/kubernetes-service-account":"z-*"}}}]}
        """,
        new() { PodIdentity = true, Clusters = [Demo], ServiceAccounts = [new("a", "x"), new("b", "z-*"), new("a", "y")] });

    [Fact]
    public void Clusters_of_any_partition_and_both_host_forms_get_a_statement_each()
    {
        TrustPolicyRequest request = new()
        {
            Clusters =
            [
                Demo,
                Demo,
                Cluster("aws-cn", "cn-north-1", "demo", $"https://oidc.eks.cn-north-1.amazonaws.com.cn/id/{Id}/"),
                Cluster("aws", "us-west-2", "demo", $"https://oidc-eks.us-west-2.api.aws/id/{Id}"),
                new($"arn:aws-us-gov:iam::111122223333:oidc-provider/oidc.eks.us-gov-west-1.amazonaws.com/id/{Id}", null, null),
            ],
            ServiceAccounts = [new("default", "app")],
        };
        Assert.Equal(
            [
                $"arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/{Id}",
                $"arn:aws-cn:iam::111122223333:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/{Id}",
                $"arn:aws:iam::111122223333:oidc-provider/oidc-eks.us-west-2.api.aws/id/{Id}",
                $"arn:aws-us-gov:iam::111122223333:oidc-provider/oidc.eks.us-gov-west-1.amazonaws.com/id/{Id}",
            ],
            JsonNode.Parse(TrustPolicyDocument.Create(request).AssumeRolePolicyDocument)!["Statement"]!.AsArray().Select(static statement => statement!["Principal"]!["Federated"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("InvalidServiceAccount", "default", "App", null)]
    [InlineData("InvalidServiceAccount", "default", "-app", null)]
    [InlineData("InvalidNamespace", "a.b", "app", null)]
    [InlineData("InvalidNamespace", "", "app", null)]
    [InlineData("InvalidOidcProviderArn", "default", "app", "arn:aws:iam::111122223333:oidc-provider/https://oidc.eks.us-west-2.amazonaws.com/id/A")]
    [InlineData("InvalidOidcProviderArn", "default", "app", "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/A/")]
    [InlineData("InvalidOidcProviderArn", "default", "app", "arn:aws:iam::111122223333:role/x/y")]
    public void What_would_match_nobody_is_refused(string error, string space, string name, string? provider)
    {
        TrustPolicyRequest request = new() { Clusters = [provider is null ? Demo : new(provider, null, null)], ServiceAccounts = [new(space, name)] };
        Assert.Equal(error, Assert.Throws<EksToolsException>(() => TrustPolicyDocument.Create(request)).ErrorId);
    }

    [Theory]
    [InlineData("InvalidOidcIssuer", "http://oidc.eks.us-west-2.amazonaws.com/id/A")]
    [InlineData("InvalidOidcIssuer", "https://oidc.eks.us-west-2.amazonaws.com/")]
    [InlineData("OidcIssuerMissing", null)]
    public void An_issuer_that_is_none_is_refused(string error, string? issuer)
    {
        TrustPolicyRequest request = new() { Clusters = [Demo with { Issuer = issuer }], ServiceAccounts = [new("default", "app")] };
        Assert.Equal(error, Assert.Throws<EksToolsException>(() => TrustPolicyDocument.Create(request)).ErrorId);
    }

    [Fact]
    public void Web_identity_trusts_nobody_in_general()
    {
        Assert.Equal("TrustPolicyIncomplete", Assert.Throws<EksToolsException>(() => TrustPolicyDocument.Create(new() { Clusters = [Demo] })).ErrorId);
        Assert.Equal("TrustPolicyIncomplete", Assert.Throws<EksToolsException>(() => TrustPolicyDocument.Create(new() { ServiceAccounts = [new("default", "app")] })).ErrorId);
    }

    private static TrustPolicyCluster Cluster(string partition, string region, string name, string issuer) => new(null, issuer, $"arn:{partition}:eks:{region}:111122223333:cluster/{name}");

    private static void Says(string expected, TrustPolicyRequest request)
    {
        string document = TrustPolicyDocument.Create(request).AssumeRolePolicyDocument;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(document)), document);
    }
}
