using System.Text.Json.Nodes;
using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.KeyManagement;

/// <summary>Keys of KMS: their kinds and states, and what EKS says of each.</summary>
public sealed class KeyTests
{
    [Fact]
    public async Task Every_region_has_one_key_and_takes_more()
    {
        await using var stage = await Stage.StartAsync();
        var client = stage.Client;
        var example = (await client.KmsAsync("DescribeKey", """{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}""")).Json["KeyMetadata"]!;
        Assert.Equal(("Enabled", "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", true), ((string?)example["KeyState"], (string?)example["KeySpec"], (string?)example["KeyUsage"], (bool)example["Enabled"]!));
        var made = await CreateAsync(client);
        await client.KmsAsync("CreateAlias", $$"""{"AliasName":"alias/eks","TargetKeyId":"{{made}}"}""");
        Assert.Equal(made, (string?)(await client.KmsAsync("DescribeKey", """{"KeyId":"alias/eks"}""")).Json["KeyMetadata"]!["Arn"]);
        Assert.Equal(2, (await client.KmsAsync("ListKeys", "{}")).Json["Keys"]!.AsArray().Count);
        Assert.Equal("NotFoundException", (await client.KmsAsync("DescribeKey", """{"KeyId":"alias/none"}""")).Error);
        Assert.Equal("ValidationException", (await client.KmsAsync("CreateKey", """{"KeySpec":"ROT13"}""")).Error);
        Assert.Equal("AlreadyExistsException", (await client.KmsAsync("CreateAlias", $$"""{"AliasName":"alias/eks","TargetKeyId":"{{made}}"}""")).Error);
    }

    [Fact]
    public async Task A_key_goes_through_its_states_and_grants_nothing_in_most()
    {
        await using var stage = await Stage.StartAsync();
        var client = stage.Client;
        var key = $$"""{"KeyId":"{{await CreateAsync(client)}}","GranteePrincipal":"arn:aws:iam::111122223333:root","Operations":["Encrypt"]}""";
        Assert.Null((await client.KmsAsync("CreateGrant", key)).Error);
        Assert.Equal("Encrypt", (string?)(await client.KmsAsync("ListGrants", key)).Json["Grants"]![0]!["Operations"]![0]);
        await client.KmsAsync("DisableKey", key);
        Assert.Equal("DisabledException", (await client.KmsAsync("CreateGrant", key)).Error);
        Assert.Equal("PendingDeletion", (string?)(await client.KmsAsync("ScheduleKeyDeletion", key)).Json["KeyState"]);
        Assert.Equal("KMSInvalidStateException", (await client.KmsAsync("EnableKey", key)).Error);
        await client.KmsAsync("CancelKeyDeletion", key);
        Assert.Equal("Disabled", (string?)(await client.KmsAsync("DescribeKey", key)).Json["KeyMetadata"]!["KeyState"]);
        await client.KmsAsync("EnableKey", key);
        Assert.Null((await client.KmsAsync("CreateGrant", key)).Error);
    }

    [Theory]
    [InlineData("RSA_2048", "DescribeKey", "must be a symmetric key")]
    [InlineData("SYMMETRIC_DEFAULT", "DisableKey", "is disabled")]
    [InlineData("SYMMETRIC_DEFAULT", "ScheduleKeyDeletion", "is pending deletion")]
    public async Task EKS_refuses_a_key_that_it_cannot_use(string spec, string done, string message)
    {
        await using var stage = await Stage.StartAsync();
        var client = stage.Client;
        var key = await CreateAsync(client, spec);
        await client.KmsAsync(done, $$"""{"KeyId":"{{key}}"}""");
        var role = await stage.RoleAsync("cluster", "eks.amazonaws.com");
        var (_, subnets) = await stage.NetworkAsync();
        var answer = await stage.PostAsync("/clusters", $$"""{"name":"demo","roleArn":"{{role}}","resourcesVpcConfig":{"subnetIds":["{{string.Join("\",\"", subnets)}}"]},"encryptionConfig":[{"resources":["secrets"],"provider":{"keyArn":"{{key}}"} } ] }""");
        Assert.Equal("InvalidParameterException", answer.Error);
        Assert.Contains(message, (string?)answer.Json["message"], StringComparison.Ordinal);
    }

    private static async Task<string> CreateAsync(SignedClient client, string spec = "SYMMETRIC_DEFAULT") =>
        (string)(await client.KmsAsync("CreateKey", new JsonObject { ["KeySpec"] = spec, ["KeyUsage"] = "ENCRYPT_DECRYPT" }.ToJsonString())).Json["KeyMetadata"]!["Arn"]!;
}
