using System.Text.Json.Nodes;
using CsCheck;
using EksTools.Core.WorkloadIdentity.Audit;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Sts;
using PolicyDocument = EksTools.Core.WorkloadIdentity.Policies.PolicyDocument;

namespace EksTools.Core.Tests.WorkloadIdentity;

/// <summary>
/// What the module says of a trust policy without asking AWS, held against STS of the sandbox, which was written from AWS's rules by itself: the same for
/// whatever policy, unless the module says that it cannot tell.
/// </summary>
public sealed class TrustAgreementTests
{
    private const string Issuer = "oidc.eks.us-west-2.amazonaws.com/id/ABC";
    private const string Provider = "arn:aws:iam::111122223333:oidc-provider/" + Issuer;
    private const string Other = "oidc.eks.us-west-2.amazonaws.com/id/OTHER";

    private static readonly string[] Subjects = ["system:serviceaccount:web:app", "system:serviceaccount:web:app2", "system:serviceaccount:web:", "system:serviceaccount:default:app", "system:serviceaccount:WEB:app"];
    private static readonly string[] Audiences = ["sts.amazonaws.com", "vault"];

    private static readonly Gen<JsonNode> Principals = OneOf(
        "\"*\"", """{"AWS":"*"}""", $$"""{"Federated":"{{Provider}}"}""", $$"""{"Federated":["x","{{Provider}}"]}""", $$"""{"Federated":"{{Provider}}2"}""",
        $$"""{"Federated":"{{Provider}}","Service":"ec2.amazonaws.com"}""", """{"Service":"ec2.amazonaws.com"}""", """{"AWS":"arn:aws:iam::111122223333:root"}""").Select(static text => JsonNode.Parse(text)!);

    private static readonly Gen<JsonNode> Actions = OneOf(
        "\"sts:AssumeRoleWithWebIdentity\"", "\"sts:*\"", "\"*\"", "\"STS:assumerolewithWEBidentity\"", "\"sts:AssumeRole\"", "\"sts:AssumeRole*\"", "\"sts:AssumeRole?ithWebIdentity\"", """["sts:TagSession","sts:AssumeRoleWithWebIdentity"]""", """["sts:AssumeRole"]""")
        .Select(static text => JsonNode.Parse(text)!);

    private static readonly Gen<string> Operators = Gen.Select(
        OneOf("", "", "", "ForAnyValue:", "ForAllValues:"),
        OneOf("StringEquals", "StringEquals", "StringLike", "StringLike", "StringNotEquals", "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "ArnLike", "ArnNotEquals"),
        OneOf("", "", "", "IfExists"),
        static (set, kind, exists) => set + kind + exists);

    private static readonly Gen<string> Keys = OneOf($"{Issuer}:sub", $"{Issuer}:sub", $"{Issuer}:aud", $"{Issuer}:aud", $"{Issuer}:amr", $"{Other}:sub", $"{Issuer}:SUB", "aws:SourceIp");

    private static readonly Gen<string> Values = Gen.OneOf(
        OneOf(Subjects), OneOf(Audiences),
        OneOf("system:serviceaccount:web:*", "system:serviceaccount:*:app", "system:*", "*", "?*", "system:serviceaccount:web:app?", "STS.amazonaws.com", "${aws:username}", ""));

    private static readonly Gen<JsonObject> Conditions = Gen.OneOf(
        Gen.Select(Operators, Keys, Values.Array[1, 3], static (name, key, values) => new JsonObject { [name] = new JsonObject { [key] = values.Length == 1 ? values[0] : new JsonArray([.. values.Select(static value => (JsonNode)value)]) } }),
        Gen.Select(Keys, OneOf("true", "false"), static (key, value) => new JsonObject { ["Null"] = new JsonObject { [key] = value } }));

    private static readonly Gen<JsonObject> Statements = Gen.Select(Gen.Int[0, 3], Principals, Gen.Int[0, 9], Actions, Gen.Int[0, 9], Conditions.Array[0, 2], static (effect, principal, notPrincipal, action, notAction, conditions) =>
    {
        // IAM takes NotPrincipal in a Deny alone.
        JsonObject statement = new() { ["Effect"] = effect == 0 ? "Deny" : "Allow", [effect == 0 && notPrincipal < 3 ? "NotPrincipal" : "Principal"] = principal, [notAction == 0 ? "NotAction" : "Action"] = action };
        JsonObject merged = [];
        foreach ((string name, JsonNode? keys) in conditions.SelectMany(static condition => condition))
        {
            merged[name] = keys!.DeepClone();
        }

        if (merged.Count > 0)
        {
            statement["Condition"] = merged;
        }

        return statement;
    });

    [Fact]
    public void The_module_and_STS_judge_alike()
    {
        int allowed = 0, refused = 0, unknown = 0;
        Gen.Select(Statements.Array[1, 3], OneOf(Subjects), OneOf(Audiences)).Sample(
            (statements, subject, audience) =>
            {
                string document = new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray([.. statements.Select(static statement => statement.DeepClone())]) }.ToJsonString();
                bool? ours = TrustEvaluation.Allows(PolicyDocument.Parse(document, "it"), new AssumeRequest("sts:AssumeRoleWithWebIdentity", "Federated", Provider, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [$"{Issuer}:sub"] = subject, [$"{Issuer}:aud"] = audience }));
                Role role = new("r", "/", "arn:aws:iam::111122223333:role/r", document, default);
                bool theirs = WebIdentity.Trusts(role, new OidcProvider(Provider, Issuer, default), subject, audience, new RequestContext().With("aws:SourceIp", "10.0.0.1"));
                _ = ours is null ? Interlocked.Increment(ref unknown) : theirs ? Interlocked.Increment(ref allowed) : Interlocked.Increment(ref refused);
                Assert.True(ours is null || ours == theirs, $"{subject} for {audience}: the module says {ours}, STS {theirs}: {document}");
            },
            iter: 20_000);

        // Were one of them never, the generator would prove nothing.
        Assert.True(allowed > 500 && refused > 500 && unknown > 500, $"{allowed} allowed, {refused} refused, {unknown} unknown");
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
