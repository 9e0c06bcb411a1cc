using System.Text.Json.Nodes;
using EksTools.Sandbox.Iam.Policies;
using Xunit;

namespace EksTools.Sandbox.Tests.Iam.Policies;

/// <summary>Statements against requests, by the rules of the IAM user guide's policy reference.</summary>
public sealed class PolicyEvaluatorTests
{
    private const string Demo = "arn:aws:eks:us-west-2:111122223333:cluster/demo";
    private const string Allow = """{"Effect":"Allow","Action":"*","Resource":"*"}""";

    // Elements: Action and NotAction
    [Theory]
    [InlineData("eks:DescribeCluster", "eks:DescribeCluster", true)]
    [InlineData("EKS:describecluster", "eks:DescribeCluster", true)]
    [InlineData("eks:Describe*", "eks:DescribeCluster", true)]
    [InlineData("eks:*Cluster", "eks:DescribeCluster", true)]
    [InlineData("eks:D?scribeCluster", "eks:DescribeCluster", true)]
    [InlineData("eks:?DescribeCluster", "eks:DescribeCluster", false)]
    [InlineData("*", "iam:PassRole", true)]
    [InlineData("eks:*", "iam:PassRole", false)]
    [InlineData("eks:DescribeCluster", "eks:DescribeClusterVersions", false)]
    public void An_action_matches_by_wildcard_and_without_regard_to_case(string pattern, string action, bool fits)
    {
        Assert.Equal(fits ? PolicyDecision.Allowed : PolicyDecision.ImplicitDeny, Decide($$"""{"Effect":"Allow","Action":"{{pattern}}","Resource":"*"}""", action));
        Assert.Equal(fits ? PolicyDecision.ImplicitDeny : PolicyDecision.Allowed, Decide($$"""{"Effect":"Allow","NotAction":["{{pattern}}","sqs:*"],"Resource":"*"}""", action));
    }

    // Elements: Resource and NotResource
    [Theory]
    [InlineData(Demo, Demo, true)]
    [InlineData("*", Demo, true)]
    [InlineData("arn:aws:eks:us-west-2:111122223333:cluster/d*", Demo, true)]
    [InlineData("arn:aws:eks:us-west-2:111122223333:cluster/DEMO", Demo, false)]
    [InlineData("arn:aws:eks:*:111122223333:cluster/demo", Demo, true)]
    [InlineData("arn:aws:eks:us-????-2:111122223333:cluster/demo", Demo, true)]
    [InlineData("arn:aws:eks:*", Demo, true)]
    [InlineData("arn:*:eks:*:*:cluster/demo", Demo, true)]
    [InlineData("arn:aws:l*3:a:b:c:d", "arn:aws:logs:us-west-2:111122223333:a:b:c:d", false)]
    [InlineData("arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:role/team/one", true)]
    [InlineData("arn:aws:iam::111122223333:role/*/one", "arn:aws:iam::111122223333:role/a/b/one", true)]
    [InlineData("arn:aws:logs:us-west-2:111122223333:log-group:/aws/*:stream:x", "arn:aws:logs:us-west-2:111122223333:log-group:/aws/a:b:stream:x", true)]
    [InlineData(Demo, "arn:aws:eks:us-west-2:111122223333:cluster/demo2", false)]
    public void A_resource_matches_by_wildcard_within_its_parts(string pattern, string resource, bool fits)
    {
        Assert.Equal(fits ? PolicyDecision.Allowed : PolicyDecision.ImplicitDeny, Decide($$"""{"Effect":"Allow","Action":"*","Resource":"{{pattern}}"}""", resource: resource));
        Assert.Equal(fits ? PolicyDecision.ImplicitDeny : PolicyDecision.Allowed, Decide($$"""{"Effect":"Allow","Action":"*","NotResource":"{{pattern}}"}""", resource: resource));
    }

    // Evaluation logic: a Deny wins over any Allow, in any order; nothing is allowed that no statement allows.
    [Theory]
    [InlineData(Allow, PolicyDecision.Allowed)]
    [InlineData("""{"Effect":"Deny","Action":"eks:*","Resource":"*"},""" + Allow, PolicyDecision.ExplicitDeny)]
    [InlineData(Allow + """,{"Effect":"Deny","Action":"eks:*","Resource":"*"}""", PolicyDecision.ExplicitDeny)]
    [InlineData("""{"Effect":"Deny","Action":"iam:*","Resource":"*"}""", PolicyDecision.ImplicitDeny)]
    [InlineData("""{"Effect":"Deny","Action":"iam:*","Resource":"*"},""" + Allow, PolicyDecision.Allowed)]
    public void A_deny_wins(string statements, object decision) => Assert.Equal((PolicyDecision)decision, Decide(statements));

    // Condition operators; the request has name=demo, number=20, date, flag, ip, arn and tags one and two.
    [Theory]
    [InlineData("StringEquals", "x:name", "demo", true)]
    [InlineData("StringEquals", "X:Name", "demo", true)]
    [InlineData("StringEquals", "x:name", "Demo", false)]
    [InlineData("StringEquals", "x:name", "d*", false)]
    [InlineData("StringEquals", "x:name", "other|demo", true)]
    [InlineData("StringNotEquals", "x:name", "other|demo", false)]
    [InlineData("StringNotEquals", "x:name", "other|another", true)]
    [InlineData("StringEqualsIgnoreCase", "x:name", "DEMO", true)]
    [InlineData("StringNotEqualsIgnoreCase", "x:name", "DEMO", false)]
    [InlineData("StringLike", "x:name", "d?m*", true)]
    [InlineData("StringLike", "x:name", "D*", false)]
    [InlineData("StringNotLike", "x:name", "d*", false)]
    [InlineData("NumericEquals", "x:number", "20.0", true)]
    [InlineData("NumericNotEquals", "x:number", "20", false)]
    [InlineData("NumericLessThan", "x:number", "20", false)]
    [InlineData("NumericLessThanEquals", "x:number", "20", true)]
    [InlineData("NumericGreaterThan", "x:number", "19", true)]
    [InlineData("NumericGreaterThanEquals", "x:number", "21", false)]
    [InlineData("NumericEquals", "x:name", "20", false)]
    [InlineData("DateEquals", "x:date", "2026-01-02T03:04:05Z", true)]
    [InlineData("DateNotEquals", "x:date", "2026-01-02T03:04:05Z", false)]
    [InlineData("DateLessThan", "x:date", "2026-01-03", true)]
    [InlineData("DateLessThanEquals", "x:date", "1767323045", true)]
    [InlineData("DateGreaterThan", "x:date", "1767323044", true)]
    [InlineData("DateGreaterThanEquals", "x:date", "2027-01-01T00:00:00Z", false)]
    [InlineData("Bool", "x:flag", "true", true)]
    [InlineData("Bool", "x:flag", "false", false)]
    [InlineData("IpAddress", "x:ip", "203.0.113.0/24", true)]
    [InlineData("IpAddress", "x:ip", "203.0.113.9", true)]
    [InlineData("IpAddress", "x:ip", "198.51.100.0/24", false)]
    [InlineData("NotIpAddress", "x:ip", "203.0.113.0/24", false)]
    [InlineData("ArnEquals", "x:arn", "arn:aws:iam::*:role/app-?", true)]
    [InlineData("ArnLike", "x:arn", "arn:aws:iam::111122223333:role/*", true)]
    [InlineData("ArnLike", "x:arn", "arn:aws:*:role/app-1", false)]
    [InlineData("ArnNotLike", "x:arn", "arn:aws:iam::111122223333:role/*", false)]
    [InlineData("ArnNotEquals", "x:arn", "arn:aws:iam::444455556666:role/*", true)]
    [InlineData("Null", "x:name", "false", true)]
    [InlineData("Null", "x:name", "true", false)]
    [InlineData("ForAllValues:StringEquals", "x:tags", "one|two|three", true)]
    [InlineData("ForAllValues:StringEquals", "x:tags", "one", false)]
    [InlineData("ForAnyValue:StringEquals", "x:tags", "two|three", true)]
    [InlineData("ForAnyValue:StringEquals", "x:tags", "three", false)]
    [InlineData("ForAllValues:StringNotEquals", "x:tags", "three", true)]
    [InlineData("ForAllValues:StringNotEquals", "x:tags", "two", false)]
    [InlineData("ForAnyValue:StringNotEquals", "x:tags", "two", true)]
    [InlineData("ForAnyValue:StringLike", "x:tags", "t*", true)]
    [InlineData("ForAllValues:StringLikeIfExists", "x:tags", "*o*", true)]
    // A key that the request does not have
    [InlineData("StringEquals", "x:none", "demo", false)]
    [InlineData("StringNotEquals", "x:none", "demo", true)]
    [InlineData("StringLike", "x:none", "*", false)]
    [InlineData("StringNotLike", "x:none", "*", true)]
    [InlineData("ArnNotLike", "x:none", "*", true)]
    [InlineData("NumericLessThan", "x:none", "1", false)]
    [InlineData("Bool", "x:none", "false", false)]
    [InlineData("NotIpAddress", "x:none", "10.0.0.0/8", true)]
    [InlineData("StringEqualsIfExists", "x:none", "demo", true)]
    [InlineData("BoolIfExists", "x:none", "true", true)]
    [InlineData("StringEqualsIfExists", "x:name", "other", false)]
    [InlineData("Null", "x:none", "true", true)]
    [InlineData("Null", "x:none", "false", false)]
    [InlineData("ForAllValues:StringEquals", "x:none", "one", true)]
    [InlineData("ForAnyValue:StringEquals", "x:none", "one", false)]
    [InlineData("ForAnyValue:StringNotEquals", "x:none", "one", false)]
    [InlineData("ForAnyValue:StringEqualsIfExists", "x:none", "one", true)]
    // Variables
    [InlineData("StringEquals", "x:name", "${x:same}", true)]
    [InlineData("StringEquals", "x:name", "${x:none}", false)]
    [InlineData("StringNotEquals", "x:name", "${x:none}", false)]
    [InlineData("StringEquals", "x:name", "${x:none, 'demo'}", true)]
    [InlineData("StringLike", "x:star", "a${*}c", true)]
    [InlineData("StringLike", "x:name", "dem${?}", false)]
    [InlineData("StringLike", "x:name", "${x:star}", false)]
    public void A_condition_holds_or_does_not(string operation, string key, string values, bool holds)
    {
        var condition = new JsonObject { [operation] = new JsonObject { [key] = new JsonArray([.. values.Split('|').Select(value => (JsonNode)value)]) } };
        var statement = $$"""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{condition.ToJsonString()}} }""";
        Assert.Equal(holds ? PolicyDecision.Allowed : PolicyDecision.ImplicitDeny, Decide(statement));
    }

    // Several operators and several keys are all to hold.
    [Theory]
    [InlineData("""{"StringEquals":{"x:name":"demo","x:same":"demo"}}""", true)]
    [InlineData("""{"StringEquals":{"x:name":"demo","x:same":"other"}}""", false)]
    [InlineData("""{"StringEquals":{"x:name":"demo"},"Bool":{"x:flag":true}}""", true)]
    [InlineData("""{"StringEquals":{"x:name":"demo"},"NumericLessThan":{"x:number":3}}""", false)]
    public void Conditions_all_hold(string condition, bool holds) =>
        Assert.Equal(holds ? PolicyDecision.Allowed : PolicyDecision.ImplicitDeny, Decide($$"""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{condition}} }"""));

    [Theory]
    [InlineData("2012-10-17", "arn:aws:iam::111122223333:user/${aws:username}", "arn:aws:iam::111122223333:user/ann", true)]
    [InlineData("2012-10-17", "arn:aws:iam::111122223333:user/${aws:username}", "arn:aws:iam::111122223333:user/bob", false)]
    [InlineData("2012-10-17", "arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}/*", "arn:aws:iam::111122223333:role/x/y", false)]
    [InlineData("2012-10-17", "arn:aws:iam::111122223333:role/${aws:PrincipalTag/team, 'all'}/*", "arn:aws:iam::111122223333:role/all/y", true)]
    [InlineData("2012-10-17", "arn:aws:s3:::${x:star}", "arn:aws:s3:::abbc", false)]
    [InlineData("2012-10-17", "arn:aws:s3:::${x:star}", "arn:aws:s3:::a*c", true)]
    [InlineData("2008-10-17", "arn:aws:iam::111122223333:user/${aws:username}", "arn:aws:iam::111122223333:user/ann", false)]
    [InlineData("2008-10-17", "arn:aws:iam::111122223333:user/${aws:username}", "arn:aws:iam::111122223333:user/${aws:username}", true)]
    public void A_variable_of_a_resource_is_filled_in(string version, string pattern, string resource, bool fits) =>
        Assert.Equal(fits ? PolicyDecision.Allowed : PolicyDecision.ImplicitDeny, Decide($$"""{"Effect":"Allow","Action":"*","Resource":"{{pattern}}"}""", resource: resource, version: version));

    private const string Session = "arn:aws:sts::111122223333:assumed-role/app/one";
    private const string AppRole = "arn:aws:iam::111122223333:role/app";
    private const string Root = "arn:aws:iam::111122223333:root";

    // Elements: Principal
    [Theory]
    [InlineData("\"Principal\":\"*\"", true)]
    [InlineData("\"Principal\":{\"AWS\":\"*\"}", true)]
    [InlineData("\"Principal\":{\"AWS\":[\"444455556666\",\"" + AppRole + "\"]}", true)]
    [InlineData("\"Principal\":{\"AWS\":\"" + Session + "\"}", true)]
    [InlineData("\"Principal\":{\"AWS\":\"" + Root + "\"}", true)]
    [InlineData("\"Principal\":{\"AWS\":\"111122223333\"}", true)]
    [InlineData("\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:role/*\"}", false)]
    [InlineData("\"Principal\":{\"Service\":\"eks.amazonaws.com\"}", false)]
    [InlineData("\"Principal\":{\"Service\":\"" + AppRole + "\"}", false)]
    [InlineData("\"NotPrincipal\":{\"AWS\":\"" + AppRole + "\"}", false)]
    [InlineData("\"NotPrincipal\":{\"AWS\":\"444455556666\"}", true)]
    public void A_trust_policy_names_principals(string principal, bool fits)
    {
        var policy = PolicyDocument.ParseTrust($$"""{"Version":"2012-10-17","Statement":{"Effect":"Allow",{{principal}},"Action":"sts:AssumeRole"} }""");
        var request = new PolicyRequest(RequestPrincipal.Aws(Session, AppRole, "111122223333", Root), "sts:AssumeRole", AppRole, []);
        Assert.Equal(fits ? PolicyDecision.Allowed : PolicyDecision.ImplicitDeny, PolicyEvaluator.Evaluate(policy, request));
    }

    [Theory]
    [InlineData("system:serviceaccount:web:app", PolicyDecision.Allowed)]
    [InlineData("system:serviceaccount:web:other", PolicyDecision.ImplicitDeny)]
    [InlineData("system:serviceaccount:banned:app", PolicyDecision.ExplicitDeny)]
    public void A_trust_policy_holds_a_web_identity_to_its_subject(string subject, object decision)
    {
        const string provider = "arn:aws:iam::111122223333:oidc-provider/issuer";
        var policy = PolicyDocument.ParseTrust($$"""
            {"Version":"2012-10-17","Statement":[
              {"Effect":"Allow","Principal":{"Federated":"{{provider}}"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"issuer:sub":"system:serviceaccount:*:app"},"StringEquals":{"issuer:aud":"sts.amazonaws.com"} } },
              {"Effect":"Deny","Principal":{"Federated":"{{provider}}"},"Action":"sts:*","Condition":{"StringLike":{"issuer:sub":"system:serviceaccount:banned:*"} } }]}
            """);
        var context = new RequestContext().With("issuer:sub", subject).With("issuer:aud", "sts.amazonaws.com");
        Assert.Equal((PolicyDecision)decision, PolicyEvaluator.Evaluate(policy, new PolicyRequest(RequestPrincipal.Federated(provider), "sts:AssumeRoleWithWebIdentity", AppRole, context)));
        Assert.Equal(PolicyDecision.ImplicitDeny, PolicyEvaluator.Evaluate(policy, new PolicyRequest(RequestPrincipal.Federated(provider + "2"), "sts:AssumeRoleWithWebIdentity", AppRole, context)));
    }

    private static PolicyDecision Decide(string statements, string action = "eks:DescribeCluster", string resource = Demo, string version = "2012-10-17")
    {
        var context = new RequestContext().With("x:name", "demo").With("x:same", "demo").With("x:number", "20").With("x:date", "2026-01-02T03:04:05Z").With("x:flag", "true").With("x:ip", "203.0.113.9")
            .With("x:arn", "arn:aws:iam::111122223333:role/app-1").With("x:tags", ["one", "two"]).With("x:star", "a*c").With("aws:username", "ann");
        return PolicyEvaluator.Evaluate(PolicyDocument.ParseIdentity($$"""{"Version":"{{version}}","Statement":[{{statements}}]}"""), new PolicyRequest(null, action, resource, context));
    }
}
