using System.Management.Automation;
using System.Text.Json.Nodes;
using EksTools.Testing;

namespace EksTools.Tests.WorkloadIdentity;

/// <summary>New-EksTrustPolicy in the engine. Offline.</summary>
public sealed class NewEksTrustPolicyTests : IDisposable
{
    private const string Clusters =
        """
        $blue = [pscustomobject]@{ Name = 'blue'; Arn = 'arn:aws:eks:us-west-2:111122223333:cluster/blue'; Identity = [pscustomobject]@{ Oidc = [pscustomobject]@{ Issuer = 'https://oidc.eks.us-west-2.amazonaws.com/id/B' } } }
        $green = [pscustomobject]@{ Name = 'green'; Arn = 'arn:aws:eks:us-west-2:111122223333:cluster/green'; Identity = [pscustomobject]@{ Oidc = [pscustomobject]@{ Issuer = 'https://oidc.eks.us-west-2.amazonaws.com/id/G' } } }

        """;

    private readonly Session session = new();

    [Theory]
    [InlineData("$blue | New-EksTrustPolicy app", 1)]
    [InlineData("New-EksTrustPolicy -InputObject $blue -ServiceAccount app", 1)]
    [InlineData("$blue, $green | New-EksTrustPolicy web/app, other", 2)]
    [InlineData("New-EksTrustPolicy app -OidcProviderArn 'arn:aws:iam::111122223333:oidc-provider/h/id/A', 'arn:aws:iam::111122223333:oidc-provider/h/id/B'", 2)]
    [InlineData("New-EksTrustPolicy -PodIdentity", 1)]
    [InlineData("$blue, $green | New-EksTrustPolicy -PodIdentity", 1)]
    public void Makes_one_document_of_all_clusters(string script, int statements)
    {
        PSObject written = Assert.Single(session.Run(Clusters + script).Good());
        string text = (string)written.Properties["AssumeRolePolicyDocument"].Value;
        Assert.Equal(statements, JsonNode.Parse(text)!["Statement"]!.AsArray().Count);
        Assert.Equal(text, written.ToString());
        Assert.Equal(script.Contains("$blue", StringComparison.Ordinal) && !script.Contains("$green", StringComparison.Ordinal) ? "blue us-west-2" : " ", $"{written.Properties["ClusterName"].Value} {written.Properties["Region"].Value}");
    }

    [Fact]
    public void A_namespace_goes_with_names_that_have_none()
    {
        string text = (string)Assert.Single(session.Run(Clusters + "$blue | New-EksTrustPolicy app, web/shop -Namespace prod -AsJson").Good()).BaseObject;
        Assert.Equal(
            ["system:serviceaccount:prod:app", "system:serviceaccount:web:shop"],
            JsonNode.Parse(text)!["Statement"]![0]!["Condition"]!["StringEquals"]!["oidc.eks.us-west-2.amazonaws.com/id/B:sub"]!.AsArray().Select(static subject => subject!.GetValue<string>()));
    }

    [Theory]
    [InlineData("$blue, 42 | New-EksTrustPolicy app", "ClusterObjectUnknown")]
    [InlineData("[pscustomobject]@{ Arn = 'arn:aws:iam::111122223333:role/x' } | New-EksTrustPolicy app", "InvalidClusterArn")]
    [InlineData("$blue | New-EksTrustPolicy App", "InvalidServiceAccount")]
    public void A_mistake_writes_an_error_and_no_document(string script, string error)
    {
        Answer answer = session.Run(Clusters + script);
        Assert.Empty(answer.Output);
        Assert.Equal($"{error},EksTools.Commands.NewEksTrustPolicyCommand", Assert.Single(answer.Errors).FullyQualifiedErrorId);
    }

    [Fact]
    public void A_document_over_the_quota_is_told()
    {
        Answer answer = session.Run(Clusters + "$blue | New-EksTrustPolicy (1..60 | ForEach-Object { \"service-account-$_\" })");
        Assert.Single(answer.Output);
        Assert.Contains("quota for trust policies is 2048", Assert.Single(answer.Warnings), StringComparison.Ordinal);
    }

    public void Dispose() => session.Dispose();
}
