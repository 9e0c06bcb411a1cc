using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Iam;

/// <summary>A user or a role, with what its permissions come of.</summary>
internal interface IIdentity
{
    SortedSet<string> AttachedPolicies { get; }

    SortedDictionary<string, string> InlinePolicies { get; }

    string? PermissionsBoundary { get; }

    Dictionary<string, string> Tags { get; }
}

/// <summary>A role.</summary>
internal sealed class Role(string name, string path, string arn, string trustPolicy, DateTimeOffset created) : IIdentity
{
    private const int TrustsKept = 20;
    private readonly List<(DateTimeOffset Since, string Document)> _trusts = [(created, trustPolicy)];

    public string Name { get; } = name;
    public string Path { get; } = path;
    public string Arn { get; } = arn;
    public string Id { get; } = Credentials.NewId("AROA");
    public DateTimeOffset Created { get; } = created;
    public string TrustPolicy => _trusts[^1].Document;
    public string? Description { get; set; }
    public string? PermissionsBoundary { get; set; }
    public int MaxSessionDuration { get; set; } = 3600;

    /// <summary>When, and in which region, a session of the role last made a request.</summary>
    public (DateTimeOffset Time, string Region)? LastUsed { get; set; }
    public SortedSet<string> AttachedPolicies { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, string> InlinePolicies { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>Gives the role another trust policy.</summary>
    public void Trust(string document, DateTimeOffset now)
    {
        _trusts.Add((now, document));
        if (_trusts.Count > TrustsKept)
        {
            _trusts.RemoveAt(0);
        }
    }

    /// <summary>The trust policy as it was at a moment: what a stale read answers.</summary>
    public string TrustPolicyAt(DateTimeOffset moment) => _trusts.FindLast(trust => trust.Since <= moment).Document ?? _trusts[0].Document;
}

/// <summary>A customer managed policy.</summary>
internal sealed class Policy(string name, string path, string arn, DateTimeOffset created)
{
    public string Name { get; } = name;
    public string Path { get; } = path;
    public string Arn { get; } = arn;
    public string Id { get; } = Credentials.NewId("ANPA");
    public DateTimeOffset Created { get; } = created;
    public DateTimeOffset Updated { get; set; } = created;
    public string? Description { get; init; }
    public int DefaultVersion { get; set; } = 1;
    public int LastVersion { get; set; } = 1;
    public SortedDictionary<int, PolicyVersion> Versions { get; } = [];
    public Dictionary<string, string> Tags { get; init; } = [];
}

/// <summary>A version of a policy.</summary>
internal sealed record PolicyVersion(int Number, string Document, DateTimeOffset Created);

/// <summary>An OpenID Connect provider.</summary>
internal sealed class OidcProvider(string arn, string url, DateTimeOffset created)
{
    public string Arn { get; } = arn;
    public string Url { get; } = url;
    public DateTimeOffset Created { get; } = created;
    public List<string> ClientIds { get; init; } = [];
    public List<string> Thumbprints { get; set; } = [];
    public Dictionary<string, string> Tags { get; init; } = [];
}

/// <summary>An instance profile.</summary>
internal sealed class InstanceProfile(string name, string path, string arn, DateTimeOffset created)
{
    public string Name { get; } = name;
    public string Path { get; } = path;
    public string Arn { get; } = arn;
    public string Id { get; } = Credentials.NewId("AIPA");
    public DateTimeOffset Created { get; } = created;
    public Role? Role { get; set; }
    public Dictionary<string, string> Tags { get; init; } = [];
}

/// <summary>A user.</summary>
internal sealed class User(string name, string path, string arn, DateTimeOffset created) : IIdentity
{
    public string Name { get; } = name;
    public string Path { get; } = path;
    public string Arn { get; } = arn;
    public string Id { get; init; } = Credentials.NewId("AIDA");
    public DateTimeOffset Created { get; } = created;
    public Dictionary<string, DateTimeOffset> AccessKeys { get; } = [];
    public string? PermissionsBoundary { get; set; }
    public SortedSet<string> AttachedPolicies { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, string> InlinePolicies { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, string> Tags { get; init; } = [];
}

/// <summary>IAM of the account.</summary>
internal sealed class IamState
{
    private readonly AwsAccount _account;

    public IamState(AwsAccount account)
    {
        _account = account;
        var administrator = account.Administrator;
        Users["Administrator"] = new User("Administrator", "/", administrator.Principal.IamArn, account.Now) { Id = administrator.Principal.UserId, AccessKeys = { [administrator.Id] = account.Now }, AttachedPolicies = { $"arn:{account.Partition}:iam::aws:policy/AdministratorAccess" } };
    }

    public SortedDictionary<string, Role> Roles { get; } = new(StringComparer.OrdinalIgnoreCase);
    public SortedDictionary<string, Policy> Policies { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, OidcProvider> OidcProviders { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, InstanceProfile> InstanceProfiles { get; } = new(StringComparer.OrdinalIgnoreCase);
    public SortedDictionary<string, User> Users { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A role by name.</summary>
    public Role Role(string name) => Roles.GetValueOrDefault(name) ?? throw NoSuchEntity($"The role with name {name} cannot be found.");

    /// <summary>A role by ARN, or null.</summary>
    public Role? FindRole(string arn) => Roles.Values.FirstOrDefault(role => role.Arn == arn);

    /// <summary>A user or role by ARN, or null.</summary>
    public IIdentity? FindIdentity(string arn) => FindRole(arn) ?? (IIdentity?)Users.Values.FirstOrDefault(user => user.Arn == arn);

    /// <summary>Whether other services see the role already.</summary>
    public bool IsVisible(Role role) => _account.Now >= role.Created + _account.Scale(_account.Options.IamConsistencyDelay);

    /// <summary>The unique id of the user, role or root of an ARN, as STS names it; null when there is none.</summary>
    public string? FindPrincipalId(string arn) => FindRole(arn)?.Id ?? Users.Values.FirstOrDefault(user => user.Arn == arn)?.Id ?? (arn == _account.Arn("iam", "", "root") ? _account.Id : null);

    public static AwsException NoSuchEntity(string message) => new("NoSuchEntity", message, 404);

    public static AwsException AlreadyExists(string message) => new("EntityAlreadyExists", message, 409);

    public static AwsException DeleteConflict(string message) => new("DeleteConflict", message, 409);
}
