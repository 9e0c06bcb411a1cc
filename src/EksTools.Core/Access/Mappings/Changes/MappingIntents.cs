using EksTools.Access;
using EksTools.Errors;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>Makes of requests what each mapping is to be: whose it is, where it is to stand, and whether that is possible there. Asks nobody.</summary>
internal sealed class MappingIntents(ClusterAccess access, string partition, bool force)
{
    private readonly Dictionary<string, EksIamMapping> effective = AccessIndex.Effective(access);
    private readonly List<MappingIntent> intents = [];
    private readonly Dictionary<(EksIamMappingSource Source, string Key), int> places = [];

    /// <summary>One intent for each principal and source, in the order in which they were first named.</summary>
    public IReadOnlyList<MappingIntent> Intents => intents;

    /// <summary>Adds a request. Requests for one mapping add up.</summary>
    /// <exception cref="EksToolsException">It cannot be; nothing was added.</exception>
    public void Add(EksIamMappingRequest request)
    {
        MappingIntent intent = Resolve(request);
        if (!places.TryGetValue((intent.Source, intent.Key), out int place))
        {
            places[(intent.Source, intent.Key)] = intents.Count;
            intents.Add(intent);
            return;
        }

        intents[place] = Unite(intents[place], intent);
    }

    /// <summary>The role or user of an ARN in this partition.</summary>
    /// <exception cref="EksToolsException">It is none.</exception>
    public static IamPrincipal RequirePrincipal(string arn, string partition)
    {
        IamPrincipal principal = IamPrincipal.Parse(arn) ?? throw new EksToolsException(
            EksErrorKind.Validation, "InvalidPrincipalArn", $"'{arn}' is not the ARN of an IAM role or user, nor that of an assumed role.", arn, $"Write it as arn:{partition}:iam::111122223333:role/NAME or arn:{partition}:iam::111122223333:user/NAME.");
        return principal.Partition == partition ? principal : throw new EksToolsException(
            EksErrorKind.Validation, "ArnOfOtherPartition", $"'{arn}' is of partition {principal.Partition}, but the cluster is of {partition}.", arn, "Name a principal of the cluster's partition.");
    }

    /// <summary>Refuses what is no account.</summary>
    public static string RequireAccount(string account) => account.Length == 12 && account.All(char.IsAsciiDigit) ? account : throw new EksToolsException(
        EksErrorKind.Validation, "InvalidAccountId", $"'{account}' is not the id of an AWS account.", account, "Write its twelve digits, in quotes where the first is 0.");

    private MappingIntent Resolve(EksIamMappingRequest request)
    {
        if (request.AccountId is { } account)
        {
            return ResolveAccount(request, RequireAccount(account));
        }

        IamPrincipal principal = RequirePrincipal(request.PrincipalArn ?? string.Empty, partition);
        List<string> details = [];
        if (request.PrincipalArn!.Trim().Split(':')[2] == "sts")
        {
            details.Add("the ARN of a session: its role is mapped");
        }

        EksNodeRoleKinds nodes = NodeKinds(request, principal);
        EksIamMappingSource source = Choose(request, principal, nodes);
        string? former = null;
        if (source == EksIamMappingSource.AccessEntry && effective.GetValueOrDefault(principal.Key) is { Source: EksIamMappingSource.ConfigMap } row)
        {
            RequireNoLoss(request, principal, row, nodes);
            if (Clean(request.Username) is null && nodes == EksNodeRoleKinds.None && row.Username is { Length: > 0 } username && EntryRules.TakesUsername(username))
            {
                former = username;
                details.Add($"the row's username {username} stays");
            }

            details.Add($"line {row.Line} of aws-auth no longer counts: the access entry comes first");
        }

        MappingIntent intent = new()
        {
            Principal = principal,
            Source = source,
            Username = Clean(request.Username),
            FormerUsername = former,
            Groups = request.Groups,
            Policies = request.AccessPolicies,

            // A row of nodes that is spelled out is written as it is said; an access entry has a type in its place.
            NodeRole = source == EksIamMappingSource.ConfigMap ? request.NodeRole : nodes,
            Tags = request.Tags,
            Details = details,
        };
        return source == EksIamMappingSource.ConfigMap ? ForConfigMap(intent) : ForEntry(intent);
    }

    private MappingIntent ResolveAccount(EksIamMappingRequest request, string account)
    {
        if (request.Target == EksIamMappingTarget.AccessEntry || !access.UsesConfigMap)
        {
            throw new EksToolsException(EksErrorKind.Validation, "AccountNeedsConfigMap", $"Account {account} cannot be mapped by an access entry; only aws-auth knows accounts{(access.UsesConfigMap ? string.Empty : $", and {access.Cluster.Name} in mode {access.AuthenticationMode} does not look at it")}.", account, "Map the roles and users of the account one by one.");
        }

        if (request.Username is not null || request.Groups is { Count: > 0 } || request.AccessPolicies is { Count: > 0 } || request.NodeRole != EksNodeRoleKinds.None)
        {
            throw new EksToolsException(EksErrorKind.Validation, "ContradictoryMapping", $"Account {account} takes no username, groups or policies: its principals are let in by their ARNs, without groups.", account, "Bind roles to the ARNs as users, or map roles one by one.");
        }

        return new MappingIntent { AccountId = account, Source = EksIamMappingSource.ConfigMap };
    }

    private static EksNodeRoleKinds NodeKinds(EksIamMappingRequest request, IamPrincipal principal)
    {
        if (request.NodeRole == EksNodeRoleKinds.None)
        {
            return principal.Kind == EksIamPrincipalKind.Role ? NodeRows.Recognise(request.Username, request.Groups) : EksNodeRoleKinds.None;
        }

        return principal.Kind != EksIamPrincipalKind.Role
            ? throw new EksToolsException(EksErrorKind.Validation, "ContradictoryMapping", $"{principal} is a user; nodes have roles.", principal.Arn, "Leave -NodeRole out, or name the nodes' role.")
            : !NodeRows.IsPossible(request.NodeRole)
            ? throw new EksToolsException(EksErrorKind.Validation, "ContradictoryMapping", $"{principal} cannot be the role of these nodes at once: {request.NodeRole}.", principal.Arn, "Linux and Windows go together; the others stand alone.")
            : request.NodeRole;
    }

    /// <summary>What was said; else where the principal is mapped; else where it was copied from; else what the mode prefers.</summary>
    private EksIamMappingSource Choose(EksIamMappingRequest request, IamPrincipal principal, EksNodeRoleKinds nodes)
    {
        bool needsEntry = request.AccessPolicies is { Count: > 0 } || request.Tags is { Count: > 0 } || !NodeRows.FitsConfigMap(nodes);
        switch (request.Target)
        {
            case EksIamMappingTarget.ConfigMap when !access.UsesConfigMap:
                throw new EksToolsException(EksErrorKind.Validation, "ConfigMapNotUsed", $"Cluster {access.Cluster.Name} does not look at aws-auth: its authentication mode is {access.AuthenticationMode}.", principal.Arn, "Leave -Target out, or say -Target AccessEntry.");
            case EksIamMappingTarget.ConfigMap when needsEntry:
                throw new EksToolsException(EksErrorKind.Validation, "AccessEntryNeeded", $"aws-auth knows no access policies, no tags and no nodes but Linux, Windows and Fargate, so {principal} cannot have them there.", principal.Arn, "Leave -Target out, or say -Group in place of -AccessPolicy.");
            case EksIamMappingTarget.ConfigMap:
                return EksIamMappingSource.ConfigMap;
            case EksIamMappingTarget.AccessEntry:
                return RequireEntries(principal);
        }

        if (needsEntry)
        {
            return RequireEntries(principal);
        }

        EksIamMapping? present = effective.GetValueOrDefault(principal.Key);
        return present?.Source
            ?? (request.CopyOf == EksIamMappingSource.ConfigMap && access.UsesConfigMap ? EksIamMappingSource.ConfigMap
            : access.UsesEntries ? EksIamMappingSource.AccessEntry
            : EksIamMappingSource.ConfigMap);
    }

    /// <summary>An access entry comes before the row: what the row gave, and was not said again, would be lost without a word.</summary>
    private void RequireNoLoss(EksIamMappingRequest request, IamPrincipal principal, EksIamMapping row, EksNodeRoleKinds nodes)
    {
        if (!force && request.Groups is null && nodes == EksNodeRoleKinds.None && row.Groups.Count > 0)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "RowWouldBeShadowed", $"{principal} stands in aws-auth (line {row.Line}) with the groups {string.Join(", ", row.Groups)}; an access entry comes first and would take them away.", principal.Arn, "Say -Group too, move the mapping with Convert-EksIamMapping, or say -Force.");
        }

        if (!force && Clean(request.Username) is null && nodes == EksNodeRoleKinds.None && row.Username is { Length: > 0 } username && !EntryRules.TakesUsername(username))
        {
            throw new EksToolsException(EksErrorKind.Conflict, "RowWouldBeShadowed", $"{principal} stands in aws-auth (line {row.Line}) with the username '{username}', which role bindings may name; an access entry comes first and cannot have it.", principal.Arn, "Say -Username with another name, or -Target ConfigMap with -Group; -Force lets EKS give a username.");
        }
    }

    private EksIamMappingSource RequireEntries(IamPrincipal principal) => access.UsesEntries ? EksIamMappingSource.AccessEntry : throw new EksToolsException(
        EksErrorKind.Validation, "AccessEntryNeeded", $"{principal} needs an access entry, and cluster {access.Cluster.Name} in authentication mode {access.AuthenticationMode} has none.", principal.Arn, "Raise the mode with Convert-EksIamMapping -To AccessEntry, which cannot be taken back; or map groups in aws-auth with -Group.");

    private static MappingIntent ForConfigMap(MappingIntent intent)
    {
        IamPrincipal principal = intent.Principal!;
        List<string> details = [.. intent.Details];
        if (principal is { Kind: EksIamPrincipalKind.Role, Path: not "/" })
        {
            details.Add($"path {principal.Path} left out of the ARN: STS tells none");
        }

        return intent.NodeRole == EksNodeRoleKinds.None
            ? intent with { Details = details, Policies = null }
            : intent with { Details = details, Policies = null, Username = RequireNodeName(intent) ?? NodeRows.Username(intent.NodeRole), Groups = [.. NodeRows.RowGroups(intent.NodeRole).Union(intent.Groups ?? [], StringComparer.Ordinal)] };
    }

    private static MappingIntent ForEntry(MappingIntent intent)
    {
        if (intent.NodeRole != EksNodeRoleKinds.None)
        {
            RequireNodeName(intent);
            if (intent.Groups?.Except(NodeRows.Groups, StringComparer.Ordinal).FirstOrDefault() is { } group)
            {
                throw new EksToolsException(EksErrorKind.Validation, "ContradictoryMapping", $"The access entry of {intent.Who} as the role of nodes takes no groups, but {group} was said.", intent.Who, "Leave -Group or -NodeRole out; EKS gives nodes the groups that they need.");
            }

            bool takesPolicies = intent.NodeRole == EksNodeRoleKinds.AutoMode;
            return intent.Policies is { Count: > 0 } && !takesPolicies
                ? throw new EksToolsException(EksErrorKind.Validation, "ContradictoryMapping", $"{intent.Who} as the role of nodes takes no access policies.", intent.Who, "Leave -AccessPolicy or -NodeRole out.")
                : intent with { Username = null, Groups = null, Policies = takesPolicies ? intent.Policies : null };
        }

        if (intent.Username is { } username)
        {
            EntryRules.RequireUsername(username, intent.Who);
        }

        EntryRules.RequireGroups(intent.Groups ?? [], intent.Who);
        return intent;
    }

    private static string? RequireNodeName(MappingIntent intent) => intent.Username is null || intent.Username.StartsWith("system:node:", StringComparison.Ordinal)
        ? intent.Username
        : throw new EksToolsException(EksErrorKind.Validation, "ContradictoryMapping", $"{intent.Who} as the role of nodes cannot have the username '{intent.Username}'.", intent.Who, "Leave -Username or -NodeRole out; the names of nodes begin with system:node:.");

    private static MappingIntent Unite(MappingIntent first, MappingIntent second)
    {
        if ((first.Username is { } one && second.Username is { } other && one != other) || (first.NodeRole != second.NodeRole && (first.NodeRole | second.NodeRole) is var both && !NodeRows.IsPossible(both)))
        {
            throw new EksToolsException(EksErrorKind.Validation, "ContradictoryMapping", $"{first.Who} is named twice with different usernames or nodes.", first.Who, "Name a principal once, or say the same of it.");
        }

        MappingIntent united = first with
        {
            Username = first.Username ?? second.Username,
            Groups = first.Groups is null || second.Groups is null ? first.Groups ?? second.Groups : [.. first.Groups.Union(second.Groups, StringComparer.Ordinal)],
            Policies = first.Policies is null || second.Policies is null ? first.Policies ?? second.Policies : AccessPolicies.Unite(first.Policies.Concat(second.Policies)),
            NodeRole = first.NodeRole | second.NodeRole,
            Tags = first.Tags is null || second.Tags is null ? first.Tags ?? second.Tags : first.Tags.Concat(second.Tags).GroupBy(static tag => tag.Key, StringComparer.Ordinal).ToDictionary(static tag => tag.Key, static tag => tag.Last().Value, StringComparer.Ordinal),

            // A path that one of the ARNs tells is right for both.
            Principal = first.Principal is { Path: "/" } && second.Principal is { Path: not "/" } ? second.Principal : first.Principal,
            Details = [.. first.Details.Union(second.Details, StringComparer.Ordinal)],
        };
        return united;
    }

    private static string? Clean(string? username) => string.IsNullOrWhiteSpace(username) ? null : username.Trim();
}
