using System.Security.Cryptography;
using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>A key pair; EC2 keeps the public half.</summary>
internal sealed class KeyPair(string id, string name, string fingerprint, DateTimeOffset created) : Ec2Resource(id, "key-pair", created)
{
    public string Name { get; } = name;
    public string Fingerprint { get; } = fingerprint;

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "key-pair-id" => [Id],
        "key-name" => [Name],
        "fingerprint" => [Fingerprint],
        _ => null,
    };
}

/// <summary>Key pairs for SSH.</summary>
internal static class KeyPairOperations
{
    private static readonly Kind Kind = new("KeyPairId", "keySet", "InvalidKeyPair", "key pair", "key");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateKeyPair"] = Create,
        ["DescribeKeyPairs"] = Describe,
        ["DeleteKeyPair"] = Delete,
    };

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var name = call.Parameters.Require("KeyName");
        if (Find(call, name) is not null)
        {
            throw new AwsException("InvalidKeyPair.Duplicate", $"The keypair '{name}' already exists.");
        }

        using var key = RSA.Create(2048);
        var pair = call.Ec2().Add(new KeyPair(AwsAccount.NewId("key"), name, RandomNumberGenerator.GetHexString(40, lowercase: true), call.Now) { Tags = Ec2Region.ReadTags(call, "key-pair") });
        return [.. Write(pair), X("keyMaterial", key.ExportRSAPrivateKeyPem())];
    }

    private static IEnumerable<XElement?> Describe(AwsCall call)
    {
        var names = call.Parameters.Strings("KeyName");
        return names.FirstOrDefault(name => Find(call, name) is null) is { } unknown
            ? throw new AwsException("InvalidKeyPair.NotFound", $"The key pair '{unknown}' does not exist")
            : Filters.Describe(call, Kind, call.Ec2().All<KeyPair>().Where(pair => names.Count == 0 || names.Contains(pair.Name)), pair => [.. Write(pair), X("keyType", "rsa"), X("createTime", pair.Created)]);
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        // As in AWS: a name that says nothing is no error.
        if (call.Parameters.Get("KeyName") is { } name && Find(call, name) is { } pair)
        {
            call.Ec2().Remove(pair);
        }

        return Ec2Service.Yes;
    }

    private static KeyPair? Find(AwsCall call, string name) => call.Ec2().All<KeyPair>().FirstOrDefault(pair => pair.Name == name);

    private static XElement?[] Write(KeyPair pair) => [X("keyPairId", pair.Id), X("keyName", pair.Name), X("keyFingerprint", pair.Fingerprint), pair.WriteTags()];
}
