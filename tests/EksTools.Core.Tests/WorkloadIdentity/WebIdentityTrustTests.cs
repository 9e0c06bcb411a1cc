using EksTools.Clusters;
using EksTools.Core.WorkloadIdentity.Audit;
using EksTools.Core.WorkloadIdentity.OidcProviders;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.Tests.WorkloadIdentity;

/// <summary>Trust policies as IAM evaluates them, and the reason why one refuses.</summary>
public sealed class WebIdentityTrustTests
{
    private const string Good = """{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"ISSUER:aud":"sts.amazonaws.com","ISSUER:sub":"system:serviceaccount:web:app"}}}""";
    private static readonly ClusterFacts Cluster = new()
    {
        Cluster = new EksCluster { Name = "demo", Region = "us-west-2", Arn = "arn:aws:eks:us-west-2:111122223333:cluster/demo", Status = "ACTIVE" },
        Partition = "aws",
        Issuer = new OidcIssuer("oidc.eks.us-west-2.amazonaws.com/id/ABC"),
    };

    [Theory]
    [InlineData("", Good)]
    [InlineData("AudienceNotChecked", """{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":["sts:AssumeRoleWithWebIdentity"],"Condition":{"StringLike":{"ISSUER:sub":"system:serviceaccount:web:*"}}}""")]
    [InlineData("AudienceNotChecked SubjectNotChecked", """{"Effect":"Allow","Principal":{"Federated":["x","PROVIDER"]},"Action":"sts:*"}""")]
    [InlineData("SubjectNotTrusted", """{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"ISSUER:sub":"system:serviceaccount:default:app"}}}""")]
    [InlineData("WildcardWithStringEquals", """{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"ISSUER:sub":"system:serviceaccount:web:*"}}}""")]
    [InlineData("AudienceNotTrusted", """{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"ISSUER:aud":"vault"}}}""")]
    [InlineData("IssuerOfOtherCluster", """{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.eks.us-west-2.amazonaws.com/id/OTHER:sub":"system:serviceaccount:web:app"}}}""")]
    [InlineData("ProviderOfOtherCluster", """{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/OTHER"},"Action":"sts:AssumeRoleWithWebIdentity"}""")]
    [InlineData("ProviderMisspelt", """{"Effect":"Allow","Principal":{"Federated":"PROVIDER/"},"Action":"sts:AssumeRoleWithWebIdentity"}""")]
    [InlineData("ProviderNotTrusted", """{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}""")]
    [InlineData("ActionNotTrusted", """{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRole"}""")]
    [InlineData("TrustDenies", Good + """,{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringLike":{"ISSUER:sub":"system:serviceaccount:web:*"}}}""")]
    [InlineData("", Good + """,{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringNotLike":{"ISSUER:sub":"system:serviceaccount:web:*"}}}""")]
    [InlineData("TrustDependsOnMore", """{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"ISSUER:aud":"sts.amazonaws.com","ISSUER:sub":"system:serviceaccount:web:app"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}""")]
    [InlineData("ConditionNotMet", """{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"ISSUER:aud":"sts.amazonaws.com"},"StringNotEquals":{"ISSUER:sub":["system:serviceaccount:web:app","x"]},"Null":{"ISSUER:aud":"false"}}}""")]
    public void Says_which_link_breaks(string rules, string statements)
    {
        string document = $$"""{"Version":"2012-10-17","Statement":[{{statements}}]}""".Replace("PROVIDER", Cluster.ProviderArn, StringComparison.Ordinal).Replace("ISSUER", Cluster.Issuer.HostPath, StringComparison.Ordinal);
        Assert.Equal(rules, string.Join(' ', new WebIdentityTrust(Cluster, new ServiceAccountName("web", "app"), "sts.amazonaws.com").Explain(PolicyDocument.Parse(document, "it")).Select(static finding => finding.Rule)));
    }

    [Theory]
    [InlineData("aws:RequestTag/kubernetes-namespace", "web", true)]
    [InlineData("aws:RequestTag/kubernetes-namespace", "other", false)]
    [InlineData("aws:RequestTag/eks-cluster-color", "green", false)]
    [InlineData("aws:RequestTag/kubernetes-pod-name", "app-1", null)]
    public void The_tags_of_a_session_are_known_but_for_those_of_the_pod(string key, string value, bool? allowed)
    {
        string document = $$$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"{{{key}}}":"{{{value}}}"} }}]}""";
        Dictionary<string, string> context = new(StringComparer.OrdinalIgnoreCase) { ["aws:RequestTag/kubernetes-namespace"] = "web", ["aws:SourceAccount"] = "111122223333" };
        Assert.Equal(allowed, TrustEvaluation.Allows(PolicyDocument.Parse(document, "it"), new AssumeRequest("sts:AssumeRole", "Service", "pods.eks.amazonaws.com", context)));
    }

    [Theory]
    [InlineData("a*c", "abbc", true)]
    [InlineData("a*c", "abb", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("*", "", true)]
    public void Wildcards_are_those_of_IAM(string pattern, string text, bool fits) => Assert.Equal(fits, TrustEvaluation.Like(pattern, text));
}
