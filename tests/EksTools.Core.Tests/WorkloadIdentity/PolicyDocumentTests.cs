using System.Text.Json.Nodes;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Errors;

namespace EksTools.Core.Tests.WorkloadIdentity;

public sealed class PolicyDocumentTests
{
    private static readonly string[] Partitions = ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

    [Theory]
    [InlineData("""{"Effect":"Allow","Action":"s3:Get","Resource":["a","b"]}""", """{"Resource":["b","a"],"Sid":"x","Effect":"Allow","Action":["s3:Get"]}""", true)]
    [InlineData("""{"Effect":"Allow","Action":"s3:Get","Resource":"a"}""", """{"Effect":"Deny","Action":"s3:Get","Resource":"a"}""", false)]
    [InlineData("""{"Effect":"Allow","Condition":{"StringEquals":{"a:sub":"x"}}}""", """{"Effect":"Allow","Condition":{"StringEquals":{"a:sub":["x"]}}}""", true)]
    [InlineData("""{"Effect":"Allow","Condition":{"StringEquals":{"a:sub":"x"}}}""", """{"Effect":"Allow","Condition":{"StringLike":{"a:sub":"x"}}}""", false)]
    public void Statements_are_compared_by_what_they_mean(string there, string wanted, bool same)
    {
        PolicyDocument document = PolicyDocument.Parse($$"""{"Version":"2012-10-17","Id":"kept","Statement":{{there}}}""", "it");
        Assert.Equal(!same, document.Add([JsonNode.Parse(wanted)!.AsObject()]));
        JsonNode written = JsonNode.Parse(document.ToJson())!;
        Assert.Equal("kept", (string?)written["Id"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(there), same ? written["Statement"] : written["Statement"]![0]));
        Assert.Equal(same ? 1 : 2, document.Statements.Count);
    }

    [Fact]
    public void A_sid_stays_unique()
    {
        PolicyDocument document = PolicyDocument.Parse("""{"Statement":[{"Sid":"A","Effect":"Allow","Action":"x"}]}""", "it");
        document.Add([JsonNode.Parse("""{"Sid":"A","Effect":"Allow","Action":"y"}""")!.AsObject(), JsonNode.Parse("""{"Sid":"A","Effect":"Allow","Action":"z"}""")!.AsObject()]);
        Assert.Equal(["A", "A2", "A3"], document.Statements.Select(static statement => (string?)statement["Sid"]));
    }

    [Theory]
    [InlineData("{", "line 1, column 2")]
    [InlineData("[]", "has no Statement")]
    [InlineData("""{"Statement":"x"}""", "has no Statement")]
    public void What_is_no_policy_is_refused(string text, string words)
    {
        EksToolsException refused = Assert.Throws<EksToolsException>(() => PolicyDocument.Parse(text, "-PolicyDocument"));
        Assert.Equal("InvalidPolicyDocument", refused.ErrorId);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Well_known_policies_are_of_the_partition_and_within_the_quota()
    {
        // Of all inline policies of a role together: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        const int Quota = 10240;
        foreach (string partition in Partitions)
        {
            foreach (WellKnownPolicy policy in WellKnownPolicies.Names.Select(WellKnownPolicies.Get))
            {
                string text = string.Join(' ', policy.ManagedArns(partition).Append(policy.Document(partition)?.ToJson() ?? string.Empty));
                Assert.Matches(@"\S", text);
                Assert.All(System.Text.RegularExpressions.Regex.Matches(text, "arn:([a-z-]+):"), match => Assert.Equal(partition, match.Groups[1].Value));
                Assert.InRange(text.Length, 1, Quota);
            }
        }
    }

    [Fact]
    public void The_load_balancer_controller_gets_its_eighty_actions()
    {
        // As many as docs/install/iam_policy.json of the controller's version 3.5 names.
        Assert.Equal(80, Actions("aws").Count);
        Assert.Equal(75, Actions("aws-iso").Count);
        static HashSet<string> Actions(string partition) => [.. WellKnownPolicies.Get("LoadBalancerController").Document(partition)!.Statements.SelectMany(static statement => statement["Action"]!.AsArray()).Select(static action => (string)action!)];
    }
}
