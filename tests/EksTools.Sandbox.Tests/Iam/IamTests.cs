using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Iam;

/// <summary>Roles, policies, profiles.</summary>
public sealed class IamTests
{
    private const string ClusterPolicy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";

    [Fact]
    public async Task A_role_goes_only_when_nothing_hangs_on_it()
    {
        await using var stage = await Stage.StartAsync();
        await stage.RoleAsync("r", "ec2.amazonaws.com");
        Task<Answer> Delete() => stage.IamAsync("DeleteRole", "RoleName", "r");
        Assert.Equal("EntityAlreadyExists", (await stage.IamAsync("CreateRole", "RoleName", "R", "AssumeRolePolicyDocument", "{}")).Error);
        await stage.IamAsync("AttachRolePolicy", "RoleName", "r", "PolicyArn", ClusterPolicy);
        Assert.Equal("DeleteConflict", (await Delete()).Error);
        await stage.IamAsync("DetachRolePolicy", "RoleName", "r", "PolicyArn", ClusterPolicy);
        await stage.IamAsync("CreateInstanceProfile", "InstanceProfileName", "p");
        await stage.IamAsync("AddRoleToInstanceProfile", "InstanceProfileName", "p", "RoleName", "r");
        Assert.Equal("DeleteConflict", (await Delete()).Error);
        await stage.IamAsync("RemoveRoleFromInstanceProfile", "InstanceProfileName", "p", "RoleName", "r");
        await stage.IamAsync("PutRolePolicy", "RoleName", "r", "PolicyName", "i", "PolicyDocument", """{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""");
        Assert.Equal("DeleteConflict", (await Delete()).Error);
        await stage.IamAsync("DeleteRolePolicy", "RoleName", "r", "PolicyName", "i");
        Assert.Null((await Delete()).Error);
        Assert.Equal("NoSuchEntity", (await Delete()).Error);
    }

    [Theory]
    [InlineData(ClusterPolicy, null)]
    [InlineData("arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy", null)]
    [InlineData("arn:aws:iam::aws:policy/AmazonEKSClusterPolizy", "NoSuchEntity")]
    [InlineData("arn:aws-cn:iam::aws:policy/AmazonEKSClusterPolicy", "NoSuchEntity")]
    [InlineData("AmazonEKSClusterPolicy", "InvalidInput")]
    public async Task Only_policies_that_exist_are_attached(string arn, string? error)
    {
        await using var stage = await Stage.StartAsync();
        await stage.RoleAsync("r", "eks.amazonaws.com");
        Assert.Equal(error, (await stage.IamAsync("AttachRolePolicy", "RoleName", "r", "PolicyArn", arn)).Error);
    }

    [Theory]
    [InlineData("r", "no json", "MalformedPolicyDocument")]
    [InlineData("r", """{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}""", "MalformedPolicyDocument")]
    [InlineData("a role", """{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}]}""", "ValidationError")]
    public async Task Bad_roles_are_refused(string name, string trust, string error)
    {
        await using var stage = await Stage.StartAsync();
        Assert.Equal(error, (await stage.IamAsync("CreateRole", "RoleName", name, "AssumeRolePolicyDocument", trust)).Error);
    }

    [Fact]
    public async Task Lists_come_in_pages()
    {
        await using var stage = await Stage.StartAsync();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await stage.RoleAsync(name, "ec2.amazonaws.com");
        }

        var first = await stage.IamAsync("ListRoles", "MaxItems", "2");
        var second = await stage.IamAsync("ListRoles", "MaxItems", "2", "Marker", first.Value("Marker"));
        Assert.Equal(["a", "b", "c"], first.Xml.Descendants("RoleName").Concat(second.Xml.Descendants("RoleName")).Select(name => name.Value));
        Assert.Equal(("true", "false"), (first.Value("IsTruncated"), second.Value("IsTruncated")));
    }

    [Fact]
    public async Task In_China_everything_is_of_its_partition()
    {
        await using var stage = await Stage.StartAsync("cn-north-1");
        Assert.Equal("arn:aws-cn:iam::111122223333:role/r", await stage.RoleAsync("r", "eks.amazonaws.com"));
        Assert.Null((await stage.IamAsync("AttachRolePolicy", "RoleName", "r", "PolicyArn", "arn:aws-cn:iam::aws:policy/AmazonEKSClusterPolicy")).Error);
        Assert.Equal(["cn-north-1", "cn-northwest-1"], (await stage.Ec2Async("DescribeRegions")).Xml.Descendants("regionName").Select(name => name.Value));
    }
}
