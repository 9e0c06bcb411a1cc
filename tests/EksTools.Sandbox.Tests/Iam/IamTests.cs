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
        await stage.RoleAsync("r", "eks.amazonaws.com");
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
    public async Task Principals_are_looked_up_and_listed_by_path()
    {
        await using var stage = await Stage.StartAsync();
        Assert.Equal("NoSuchEntity", (await stage.IamAsync("GetRole", "RoleName", "none")).Error);
        Assert.Equal("NoSuchEntity", (await stage.IamAsync("GetUser", "UserName", "none")).Error);
        await stage.IamAsync("CreateUser", "UserName", "jane", "Path", "/team/", "Tags.member.1.Key", "a", "Tags.member.1.Value", "b");
        Assert.Equal("arn:aws:iam::111122223333:user/team/jane", (await stage.IamAsync("GetUser", "UserName", "jane")).Value("Arn"));
        Assert.Equal(["jane"], (await stage.IamAsync("ListUsers", "PathPrefix", "/team/")).Xml.Descendants("UserName").Select(name => name.Value));
        var first = await stage.IamAsync("ListUsers", "MaxItems", "1");
        Assert.Equal(("Administrator", "true"), (first.Value("UserName"), first.Value("IsTruncated")));
        var second = await stage.IamAsync("ListUsers", "MaxItems", "1", "Marker", first.Value("Marker"));
        Assert.Equal(("jane", "false"), (second.Value("UserName"), second.Value("IsTruncated")));
        Assert.Empty(second.Xml.Descendants("Tags"));
    }

    [Fact]
    public async Task The_sessions_of_a_role_end_with_it()
    {
        await using var stage = await Stage.StartAsync();
        var keys = await stage.AssumeAsync("r");
        using var session = new SignedClient(stage.Sandbox.Endpoint, keys.AccessKey, keys.SecretKey, keys.SessionToken, time: stage.Time);
        Assert.Null((await session.QueryAsync("sts", "GetCallerIdentity")).Error);
        await stage.IamAsync("DeleteRole", "RoleName", "r");
        Assert.Equal("InvalidClientTokenId", (await session.QueryAsync("sts", "GetCallerIdentity")).Error);
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
