using EksTools.Sandbox.Authorization;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>
/// The permissions that EKS's operations need: on the resource of the request's path, on tags, and to hand roles over
/// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html).
/// </summary>
internal static class EksActions
{
    /// <summary>
    /// By operation: the members that hold a role, and the services it is handed to. AWS names no service for a node role: its own policies allow
    /// EKS and EC2 together, so a caller is held to both.
    /// </summary>
    private static readonly Dictionary<string, (string Member, string[] Services)[]> Roles = new()
    {
        ["CreateCluster"] = [("roleArn", ["eks.amazonaws.com"])],
        ["CreateNodegroup"] = [("nodeRole", ["eks.amazonaws.com", "ec2.amazonaws.com"])],
        ["CreateFargateProfile"] = [("podExecutionRoleArn", ["eks.amazonaws.com"])],
        ["CreateCapability"] = [("roleArn", ["capabilities.eks.amazonaws.com"])],
        ["CreateAddon"] = [("serviceAccountRoleArn", ["eks.amazonaws.com"])],
        ["UpdateAddon"] = [("serviceAccountRoleArn", ["eks.amazonaws.com"])],
        ["CreatePodIdentityAssociation"] = [("roleArn", ["pods.eks.amazonaws.com"])],
        ["UpdatePodIdentityAssociation"] = [("roleArn", ["pods.eks.amazonaws.com"])],
    };

    /// <summary>By operation: the service-linked role that EKS makes for the caller when it is not there.</summary>
    private static readonly Dictionary<string, string> Linked = new()
    {
        ["CreateCluster"] = "eks.amazonaws.com", ["CreateNodegroup"] = "eks-nodegroup.amazonaws.com", ["CreateFargateProfile"] = "eks-fargate.amazonaws.com",
    };

    /// <summary>Those of a call.</summary>
    public static IEnumerable<AccessCheck> Of(AwsCall call)
    {
        var (resource, owned) = Resource(call);
        var given = call.Operation == "UntagResource" ? call.Query.Where(pair => pair.Key == "tagKeys").ToDictionary(pair => pair.Value, _ => "") : call.Body["tags"] is null ? [] : call.Body.Map("tags");
        yield return new AccessCheck($"eks:{call.Operation}", resource ?? "*") { Named = resource ?? Arn(call, "cluster/*"), Context = Keys(call, owned.Entry) }.On(owned.Tags).Giving(given);
        if (given.Count > 0 && call.Operation is not ("TagResource" or "UntagResource"))
        {
            yield return new AccessCheck("eks:TagResource", Made(call) ?? resource ?? "*").Giving(given);
        }

        foreach (var (role, service) in Passed(call))
        {
            yield return IamActions.PassRole(call, role, service, resource);
        }

        // The key's own policy leaves it to the account's, as that of a key that the console made does.
        foreach (var key in call.Operation is "CreateCluster" or "AssociateEncryptionConfig" ? (call.Body.Objects("encryptionConfig") ?? []).Select(one => one.Object("provider")?.String("keyArn")).OfType<string>() : [])
        {
            yield return new AccessCheck("kms:DescribeKey", key);
            yield return new AccessCheck("kms:CreateGrant", key);
        }

        if (Linked.TryGetValue(call.Operation, out var linked) && RoleOperations.ServiceLinkedName(linked) is { } name && !call.Account.Iam.Roles.ContainsKey(name))
        {
            yield return new AccessCheck("iam:CreateServiceLinkedRole", call.Account.Arn("iam", "", $"role/aws-service-role/{linked}/{name}")) { Context = new RequestContext().With("iam:AWSServiceName", linked) };
        }

        if (call.Operation == "CreateNodegroup" && call.Body.Object("launchTemplate") is { } named
            && call.Ec2().All<LaunchTemplate>().FirstOrDefault(one => one.Id == named.String("id") || one.Name == named.String("name")) is { } template)
        {
            var refusal = EksErrors.InvalidRequest("You are not authorized to launch instances with this launch template. Encoded authorization failure message: the sandbox encodes none; the caller needs ec2:RunInstances, and ec2:CreateTags for the template's tags.", call.Path["name"]);
            foreach (var check in Ec2Actions.RunInstances(call, template, call.Body.Strings("subnets") ?? [], refusal))
            {
                yield return check;
            }
        }
    }

    /// <summary>The resource that the path names, with its tags; null for operations that take none.</summary>
    private static (string? Arn, (IReadOnlyDictionary<string, string>? Tags, AccessEntryState? Entry) Owned) Resource(AwsCall call)
    {
        if (call.Path.TryGetValue("resourceArn", out var arn))
        {
            return (arn, (TagOperations.Find(call, arn), null));
        }

        var name = call.Path.GetValueOrDefault("name") ?? (call.Operation == "CreateCluster" ? call.Body.String("name") : null);
        if (name is null)
        {
            return (null, (null, null));
        }

        var cluster = call.Eks().Clusters.GetValueOrDefault(name);
        string? Member(string member) => call.Path.GetValueOrDefault(member) ?? (call.Operation is "DescribeUpdate" or "ListUpdates" ? call.QueryValue(member) : null);
        // One that is not there has no id that its ARN could end in.
        string Missing(string kind, string rest) => Arn(call, $"{kind}/{name}/{rest}/*");
        if (Member("nodegroupName") is { } group)
        {
            var found = cluster?.Nodegroups.GetValueOrDefault(group);
            return (found?.Arn ?? Missing("nodegroup", group), (found?.Tags, null));
        }

        if (Member("addonName") is { } addon)
        {
            var found = cluster?.Addons.GetValueOrDefault(addon);
            return (found?.Arn ?? Missing("addon", addon), (found?.Tags, null));
        }

        if (Member("fargateProfileName") is { } profile)
        {
            var found = cluster?.FargateProfiles.GetValueOrDefault(profile);
            return (found?.Arn ?? Missing("fargateprofile", profile), (found?.Tags, null));
        }

        if (Member("capabilityName") is { } capability)
        {
            var found = cluster?.Capabilities.GetValueOrDefault(capability);
            return (found?.Arn ?? Arn(call, $"capability/{name}/*"), (found?.Tags, null));
        }

        if (Member("principalArn") is { } principal)
        {
            var found = cluster?.AccessEntries.GetValueOrDefault(principal);
            return (found?.Arn ?? Missing("access-entry", AccessEntryPath(call, principal)), (found?.Tags, found));
        }

        if (Member("associationId") is { } association)
        {
            return (Arn(call, $"podidentityassociation/{name}/{association}"), (cluster?.PodIdentityAssociations.GetValueOrDefault(association)?.Tags, null));
        }

        return (cluster?.Arn ?? Arn(call, $"cluster/{name}"), (cluster?.Tags, null));
    }

    /// <summary>What a creation in a cluster makes, for the permission to tag it.</summary>
    private static string? Made(AwsCall call)
    {
        var (name, body) = (call.Path.GetValueOrDefault("name"), call.Body);
        return call.Operation switch
        {
            "CreateNodegroup" => Arn(call, $"nodegroup/{name}/{body.String("nodegroupName")}/*"),
            "CreateAddon" => Arn(call, $"addon/{name}/{body.String("addonName")}/*"),
            "CreateFargateProfile" => Arn(call, $"fargateprofile/{name}/{body.String("fargateProfileName")}/*"),
            "CreateCapability" => Arn(call, $"capability/{name}/{body.String("type")?.ToLowerInvariant()}/{body.String("capabilityName")}/*"),
            "CreateAccessEntry" => Arn(call, $"access-entry/{name}/{AccessEntryPath(call, body.String("principalArn") ?? "")}/*"),
            "CreatePodIdentityAssociation" => Arn(call, $"podidentityassociation/{name}/*"),
            _ => null,
        };
    }

    private static IEnumerable<(string Role, string Service)> Passed(AwsCall call)
    {
        var own = Roles.GetValueOrDefault(call.Operation, []).SelectMany(role => call.Body.String(role.Member) is { } arn ? role.Services.Select(service => (arn, service)) : []);
        var owned = call.Operation is "CreateAddon" or "UpdateAddon" ? (call.Body.Objects("podIdentityAssociations") ?? []).Select(one => one.String("roleArn")).OfType<string>().Select(arn => (arn, "pods.eks.amazonaws.com")) : [];
        var automatic = call.Operation == "CreateCluster" && call.Body.Object("computeConfig")?.String("nodeRoleArn") is { } nodes ? new[] { (nodes, "eks.amazonaws.com"), (nodes, "ec2.amazonaws.com") } : [];
        return own.Concat(owned).Concat(automatic);
    }

    private static RequestContext Keys(AwsCall call, AccessEntryState? entry)
    {
        var (body, context) = (call.Body, new RequestContext());
        return call.Operation switch
        {
            "CreateCluster" => context.With("eks:authenticationMode", body.Object("accessConfig")?.String("authenticationMode"))
                .With("eks:bootstrapClusterCreatorAdminPermissions", (body.Object("accessConfig")?.Flag("bootstrapClusterCreatorAdminPermissions") ?? true) ? "true" : "false"),
            "CreateAccessEntry" => context.With("eks:principalArn", body.String("principalArn")).With("eks:kubernetesGroups", body.Strings("kubernetesGroups") ?? []).With("eks:username", body.String("username")).With("eks:accessEntryType", body.String("type") ?? "STANDARD").With("eks:clusterName", call.Path["name"]),
            _ when call.Path.TryGetValue("principalArn", out var principal) => context.With("eks:principalArn", principal).With("eks:clusterName", call.Path["name"])
                .With("eks:kubernetesGroups", entry?.Groups ?? []).With("eks:username", entry?.Username).With("eks:accessEntryType", entry?.Type)
                .With("eks:policyArn", body.String("policyArn") ?? call.Path.GetValueOrDefault("policyArn")).With("eks:accessScope", body.Object("accessScope")?.String("type")).With("eks:namespaces", body.Object("accessScope")?.Strings("namespaces") ?? []),
            _ => context,
        };
    }

    private static string AccessEntryPath(AwsCall call, string principal) =>
        $"{(principal.Contains(":user/", StringComparison.Ordinal) ? "user" : "role")}/{call.Account.Id}/{principal[(principal.LastIndexOf('/') + 1)..]}";

    private static string Arn(AwsCall call, string resource) => call.Account.Arn("eks", call.Region, resource);
}
