using System.Text.Json.Nodes;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using EksTools.Sandbox;

namespace EksTools.Testing;

/// <summary>An account's IAM, asked by a client of the test's own, not by the module.</summary>
public sealed class Iam(SandboxServer sandbox) : IDisposable
{
    /// <summary>The managed policy that allows everything.</summary>
    public const string Administrator = "arn:aws:iam::aws:policy/AdministratorAccess";

    /// <summary>The client.</summary>
    public IAmazonIdentityManagementService Client { get; } = new AmazonIdentityManagementServiceClient(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonIdentityManagementServiceConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });

    /// <summary>Makes a role that the account may assume.</summary>
    public async Task<string> CreateRoleAsync(string name) =>
        (await Client.CreateRoleAsync(new CreateRoleRequest { RoleName = name, AssumeRolePolicyDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}""" })).Role.Arn;

    /// <summary>The statements of a role's trust policy, one by itself too.</summary>
    public async Task<JsonArray> ReadTrustAsync(string role)
    {
        string document = (await Client.GetRoleAsync(new GetRoleRequest { RoleName = role })).Role.AssumeRolePolicyDocument;
        return JsonNode.Parse(Uri.UnescapeDataString(document))!["Statement"] is JsonArray many ? many : new JsonArray(JsonNode.Parse(Uri.UnescapeDataString(document))!["Statement"]!.DeepClone());
    }

    /// <summary>The names of a role's policies, managed and inline.</summary>
    public async Task<IReadOnlyList<string>> ReadPoliciesAsync(string role) =>
    [
        .. ((await Client.ListAttachedRolePoliciesAsync(new ListAttachedRolePoliciesRequest { RoleName = role })).AttachedPolicies ?? []).Select(static policy => policy.PolicyArn)
            .Concat((await Client.ListRolePoliciesAsync(new ListRolePoliciesRequest { RoleName = role })).PolicyNames ?? []).Order(StringComparer.Ordinal),
    ];

    /// <summary>The ARNs of the account's OpenID Connect providers.</summary>
    public async Task<IReadOnlyList<string>> ReadProvidersAsync() =>
        [.. ((await Client.ListOpenIDConnectProvidersAsync(new ListOpenIDConnectProvidersRequest())).OpenIDConnectProviderList ?? []).Select(static provider => provider.Arn)];

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();
}
