using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using EksTools.Aws.Tests.Wire;

namespace EksTools.Aws.Tests;

/// <summary>IAM against moto.</summary>
[Collection(nameof(MotoServer))]
public sealed class MotoIamTests(MotoServer moto)
{
    private const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}""";
    private const string Document = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::a b+c%d/*"}]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_role_lives_with_its_policies()
    {
        using var iam = Client();
        var role = (await iam.CreateRoleAsync(
            new CreateRoleRequest
            {
                RoleName = "demo-role", Path = "/eks/", AssumeRolePolicyDocument = Trust, Description = "grüße & mehr", MaxSessionDuration = 7200,
                Tags = [new Tag { Key = "ekstools:cluster", Value = "demo" }, new Tag { Key = "empty", Value = "" }],
            },
            Cancel)).Role;
        Assert.Equal("arn:aws:iam::123456789012:role/eks/demo-role", role.Arn);
        var found = (await iam.GetRoleAsync(new GetRoleRequest { RoleName = "demo-role" }, Cancel)).Role;
        Assert.Equal((role.RoleId, 7200, "grüße & mehr"), (found.RoleId, found.MaxSessionDuration, found.Description));
        Assert.Equal(Trust.Replace(" ", "", StringComparison.Ordinal), Uri.UnescapeDataString(found.AssumeRolePolicyDocument).Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(["demo", ""], found.Tags.Select(t => t.Value));

        await iam.UpdateRoleAsync(new UpdateRoleRequest { RoleName = "demo-role", Description = "new", MaxSessionDuration = 3600 }, Cancel);
        await iam.UpdateAssumeRolePolicyAsync(new UpdateAssumeRolePolicyRequest { RoleName = "demo-role", PolicyDocument = Trust }, Cancel);
        await iam.TagRoleAsync(new TagRoleRequest { RoleName = "demo-role", Tags = [new Tag { Key = "owner", Value = "ops" }] }, Cancel);
        await iam.UntagRoleAsync(new UntagRoleRequest { RoleName = "demo-role", TagKeys = ["empty"] }, Cancel);
        Assert.Equal(["ekstools:cluster", "owner"], (await iam.ListRoleTagsAsync(new ListRoleTagsRequest { RoleName = "demo-role" }, Cancel)).Tags.Select(t => t.Key).Order());

        await iam.PutRolePolicyAsync(new PutRolePolicyRequest { RoleName = "demo-role", PolicyName = "inline", PolicyDocument = Document }, Cancel);
        var inline = await iam.GetRolePolicyAsync(new GetRolePolicyRequest { RoleName = "demo-role", PolicyName = "inline" }, Cancel);
        Assert.Equal(Document, Uri.UnescapeDataString(inline.PolicyDocument));
        Assert.Equal(["inline"], (await iam.ListRolePoliciesAsync(new ListRolePoliciesRequest { RoleName = "demo-role" }, Cancel)).PolicyNames);

        var policy = (await iam.CreatePolicyAsync(new CreatePolicyRequest { PolicyName = "managed", PolicyDocument = Document }, Cancel)).Policy;
        await iam.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = "demo-role", PolicyArn = policy.Arn }, Cancel);
        var attached = Assert.Single((await iam.ListAttachedRolePoliciesAsync(new ListAttachedRolePoliciesRequest { RoleName = "demo-role" }, Cancel)).AttachedPolicies);
        Assert.Equal((policy.Arn, "managed"), (attached.PolicyArn, attached.PolicyName));
        var entities = await iam.ListEntitiesForPolicyAsync(new ListEntitiesForPolicyRequest { PolicyArn = policy.Arn }, Cancel);
        Assert.Equal("demo-role", Assert.Single(entities.PolicyRoles).RoleName);

        await Assert.ThrowsAsync<DeleteConflictException>(() => iam.DeleteRoleAsync(new DeleteRoleRequest { RoleName = "demo-role" }, Cancel));
        var exists = await Assert.ThrowsAsync<EntityAlreadyExistsException>(() =>
            iam.CreateRoleAsync(new CreateRoleRequest { RoleName = "demo-role", AssumeRolePolicyDocument = Trust }, Cancel));
        Assert.Equal(("EntityAlreadyExists", System.Net.HttpStatusCode.Conflict), (exists.ErrorCode, exists.StatusCode));

        await iam.DetachRolePolicyAsync(new DetachRolePolicyRequest { RoleName = "demo-role", PolicyArn = policy.Arn }, Cancel);
        await iam.DeleteRolePolicyAsync(new DeleteRolePolicyRequest { RoleName = "demo-role", PolicyName = "inline" }, Cancel);
        await iam.DeletePolicyAsync(new DeletePolicyRequest { PolicyArn = policy.Arn }, Cancel);
        await iam.DeleteRoleAsync(new DeleteRoleRequest { RoleName = "demo-role" }, Cancel);
        await Assert.ThrowsAsync<NoSuchEntityException>(() => iam.GetRoleAsync(new GetRoleRequest { RoleName = "demo-role" }, Cancel));
    }

    [Fact]
    public async Task Roles_are_listed_page_by_page()
    {
        using var iam = Client();
        for (var i = 1; i <= 5; i++)
            await iam.CreateRoleAsync(new CreateRoleRequest { RoleName = $"page-{i}", Path = "/pages/", AssumeRolePolicyDocument = Trust }, Cancel);

        var pages = 0;
        var names = new List<string>();
        await foreach (var page in iam.Paginators.ListRoles(new ListRolesRequest { PathPrefix = "/pages/", MaxItems = 2 }).Responses.WithCancellation(Cancel))
        {
            pages++;
            names.AddRange(page.Roles.Select(r => r.RoleName));
        }

        Assert.Equal(3, pages);
        Assert.Equal(["page-1", "page-2", "page-3", "page-4", "page-5"], names.Order());
    }

    [Fact]
    public async Task A_policy_has_versions()
    {
        using var iam = Client();
        var policy = (await iam.CreatePolicyAsync(new CreatePolicyRequest { PolicyName = "versioned", PolicyDocument = Document, Tags = [new Tag { Key = "a", Value = "b" }] }, Cancel)).Policy;
        Assert.Equal("v1", policy.DefaultVersionId);

        var second = (await iam.CreatePolicyVersionAsync(new CreatePolicyVersionRequest { PolicyArn = policy.Arn, PolicyDocument = Document, SetAsDefault = true }, Cancel)).PolicyVersion;

        Assert.True(second.IsDefaultVersion);
        Assert.Equal("v2", (await iam.GetPolicyAsync(new GetPolicyRequest { PolicyArn = policy.Arn }, Cancel)).Policy.DefaultVersionId);
        Assert.Equal(["v1", "v2"], (await iam.ListPolicyVersionsAsync(new ListPolicyVersionsRequest { PolicyArn = policy.Arn }, Cancel)).Versions.Select(v => v.VersionId).Order());
        var document = (await iam.GetPolicyVersionAsync(new GetPolicyVersionRequest { PolicyArn = policy.Arn, VersionId = "v2" }, Cancel)).PolicyVersion.Document;
        Assert.Equal(Document, Uri.UnescapeDataString(document));
        Assert.Contains((await iam.ListPoliciesAsync(new ListPoliciesRequest { Scope = PolicyScopeType.Local }, Cancel)).Policies, p => p.Arn == policy.Arn);

        await iam.SetDefaultPolicyVersionAsync(new SetDefaultPolicyVersionRequest { PolicyArn = policy.Arn, VersionId = "v1" }, Cancel);
        await iam.DeletePolicyVersionAsync(new DeletePolicyVersionRequest { PolicyArn = policy.Arn, VersionId = "v2" }, Cancel);
        await iam.DeletePolicyAsync(new DeletePolicyRequest { PolicyArn = policy.Arn }, Cancel);
    }

    [Fact]
    public async Task An_OIDC_provider_is_registered()
    {
        using var iam = Client();
        var arn = (await iam.CreateOpenIDConnectProviderAsync(
            new CreateOpenIDConnectProviderRequest
            {
                Url = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF", ClientIDList = ["sts.amazonaws.com"],
                ThumbprintList = ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"], Tags = [new Tag { Key = "a", Value = "b" }],
            },
            Cancel)).OpenIDConnectProviderArn;

        var provider = await iam.GetOpenIDConnectProviderAsync(new GetOpenIDConnectProviderRequest { OpenIDConnectProviderArn = arn }, Cancel);
        Assert.Equal(["sts.amazonaws.com"], provider.ClientIDList);
        Assert.Contains((await iam.ListOpenIDConnectProvidersAsync(new ListOpenIDConnectProvidersRequest(), Cancel)).OpenIDConnectProviderList, p => p.Arn == arn);
        await iam.UpdateOpenIDConnectProviderThumbprintAsync(
            new UpdateOpenIDConnectProviderThumbprintRequest { OpenIDConnectProviderArn = arn, ThumbprintList = ["0000000000000000000000000000000000000000"] }, Cancel);
        await iam.TagOpenIDConnectProviderAsync(new TagOpenIDConnectProviderRequest { OpenIDConnectProviderArn = arn, Tags = [new Tag { Key = "c", Value = "d" }] }, Cancel);
        Assert.Equal(2, (await iam.ListOpenIDConnectProviderTagsAsync(new ListOpenIDConnectProviderTagsRequest { OpenIDConnectProviderArn = arn }, Cancel)).Tags.Count);
        await iam.DeleteOpenIDConnectProviderAsync(new DeleteOpenIDConnectProviderRequest { OpenIDConnectProviderArn = arn }, Cancel);
    }

    [Fact]
    public async Task An_instance_profile_carries_a_role()
    {
        using var iam = Client();
        await iam.CreateRoleAsync(new CreateRoleRequest { RoleName = "node", AssumeRolePolicyDocument = Trust }, Cancel);
        await iam.CreateInstanceProfileAsync(new CreateInstanceProfileRequest { InstanceProfileName = "nodes" }, Cancel);
        await iam.AddRoleToInstanceProfileAsync(new AddRoleToInstanceProfileRequest { InstanceProfileName = "nodes", RoleName = "node" }, Cancel);

        var profile = (await iam.GetInstanceProfileAsync(new GetInstanceProfileRequest { InstanceProfileName = "nodes" }, Cancel)).InstanceProfile;

        Assert.Equal("node", Assert.Single(profile.Roles).RoleName);
        Assert.Equal("nodes", Assert.Single((await iam.ListInstanceProfilesForRoleAsync(new ListInstanceProfilesForRoleRequest { RoleName = "node" }, Cancel)).InstanceProfiles).InstanceProfileName);
        await iam.RemoveRoleFromInstanceProfileAsync(new RemoveRoleFromInstanceProfileRequest { InstanceProfileName = "nodes", RoleName = "node" }, Cancel);
        await iam.DeleteInstanceProfileAsync(new DeleteInstanceProfileRequest { InstanceProfileName = "nodes" }, Cancel);
    }

    [Fact]
    public async Task Users_aliases_and_service_linked_roles_answer()
    {
        using var iam = Client();
        await iam.CreateUserAsync(new CreateUserRequest { UserName = "ann" }, Cancel);
        Assert.Equal("arn:aws:iam::123456789012:user/ann", (await iam.GetUserAsync(new GetUserRequest { UserName = "ann" }, Cancel)).User.Arn);
        await iam.CreateAccountAliasAsync(new CreateAccountAliasRequest { AccountAlias = "demo-account" }, Cancel);
        Assert.Equal(["demo-account"], (await iam.ListAccountAliasesAsync(Cancel)).AccountAliases);

        var linked = (await iam.CreateServiceLinkedRoleAsync(new CreateServiceLinkedRoleRequest { AWSServiceName = "eks-nodegroup.amazonaws.com" }, Cancel)).Role;

        Assert.StartsWith("/aws-service-role/eks-nodegroup.amazonaws.com/", linked.Path, StringComparison.Ordinal);
        var task = (await iam.DeleteServiceLinkedRoleAsync(new DeleteServiceLinkedRoleRequest { RoleName = linked.RoleName }, Cancel)).DeletionTaskId;
        Assert.Equal(
            DeletionTaskStatusType.SUCCEEDED,
            (await iam.GetServiceLinkedRoleDeletionStatusAsync(new GetServiceLinkedRoleDeletionStatusRequest { DeletionTaskId = task }, Cancel)).Status);
    }

    private AmazonIdentityManagementServiceClient Client()
    {
        moto.Require();
        return new AmazonIdentityManagementServiceClient(
            "AKID", "secret", new AmazonIdentityManagementServiceConfig { ServiceURL = moto.Url, AuthenticationRegion = "us-east-1" });
    }
}
