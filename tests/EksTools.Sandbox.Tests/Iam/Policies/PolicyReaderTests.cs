using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Protocols;
using Xunit;

namespace EksTools.Sandbox.Tests.Iam.Policies;

/// <summary>What IAM takes for a policy, and what it refuses in which words.</summary>
public sealed class PolicyReaderTests
{
    [Theory]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"eks:*","Resource":"*"}}""")]
    [InlineData("""{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"One1","Effect":"Deny","NotAction":["eks:*"],"NotResource":["arn:aws:eks:*:*:cluster/*"]}]}""")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::*","Condition":{"Bool":{"aws:SecureTransport":true},"NumericLessThan":{"s3:max-keys":10}}}]}""")]
    public void A_policy_is_taken(string json) => Assert.NotEmpty(PolicyDocument.ParseIdentity(json).Statements);

    [Theory]
    [InlineData("{", "This policy contains invalid Json")]
    [InlineData("[]", "Syntax errors in policy.")]
    [InlineData("""{"Statement":[]}""", "Syntax errors in policy.")]
    [InlineData("""{"Version":"2020-01-01","Statement":{"Effect":"Allow","Action":"eks:*","Resource":"*"}}""", "Syntax errors in policy.")]
    [InlineData("""{"Statement":{"Effect":"allow","Action":"eks:*","Resource":"*"}}""", "Syntax errors in policy.")]
    [InlineData("""{"Statement":{"Effect":"Allow","Actions":"eks:*","Resource":"*"}}""", "Syntax errors in policy.")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"eks:*","NotAction":"eks:*","Resource":"*"}}""", "Syntax errors in policy.")]
    [InlineData("""{"Statement":{"Effect":"Allow","Resource":"*"}}""", "Policy statement must contain actions.")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"eks:*"}}""", "Policy statement must contain resources.")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"DescribeCluster","Resource":"*"}}""", "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"eks:*","Resource":"cluster/demo"}}""", "Resource cluster/demo must be in ARN format or \"*\".")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"eks:*","Resource":"*","Principal":"*"}}""", "Policy document should not specify a principal.")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"eks:*","Resource":"*","Condition":{"StringMatches":{"a:b":"c"}}}}""", "Invalid Condition type : StringMatches.")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"eks:*","Resource":"*","Condition":{"NullIfExists":{"a:b":"true"}}}}""", "Invalid Condition type : NullIfExists.")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"eks:*","Resource":"*","Condition":{"StringEquals":{"b":"c"}}}}""", "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")]
    [InlineData("""{"Statement":[{"Sid":"A","Effect":"Allow","Action":"eks:*","Resource":"*"},{"Sid":"A","Effect":"Deny","Action":"eks:*","Resource":"*"}]}""", "Statement IDs (SID) in a single policy must be unique.")]
    [InlineData("""{"Statement":{"Sid":"A b","Effect":"Allow","Action":"eks:*","Resource":"*"}}""", "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*")]
    public void What_is_no_policy_is_refused(string json, string message) => Assert.Equal(("MalformedPolicyDocument", message), Refusal(() => PolicyDocument.ParseIdentity(json)));

    [Theory]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}""", "Missing required field Principal")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Resource":"*"}}""", "Has prohibited field Resource")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Aws":"*"}}}""", "Invalid principal in policy.")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"arn:aws:iam::111122223333:root"}}""", "Invalid principal in policy.")]
    public void What_is_no_trust_policy_is_refused(string json, string message) => Assert.Equal(("MalformedPolicyDocument", message), Refusal(() => PolicyDocument.ParseTrust(json)));

    private static (string Code, string Message) Refusal(Action read)
    {
        var error = Assert.Throws<AwsException>(read);
        return (error.Code, error.Message);
    }
}
