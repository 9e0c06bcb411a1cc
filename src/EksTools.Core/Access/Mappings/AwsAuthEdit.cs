using EksTools.Access;

namespace EksTools.Core.Access.Mappings;

/// <summary>One change of aws-auth. Rows are named by their place in the map that the edit is given to; one edit for a row at most.</summary>
/// <param name="Kind">Role for mapRoles, User for mapUsers, Account for mapAccounts.</param>
internal abstract record AwsAuthEdit(EksIamPrincipalKind Kind);

/// <summary>Adds a row of mapRoles or mapUsers at the list's end.</summary>
/// <param name="Kind">Role or User.</param>
/// <param name="Arn">rolearn or userarn.</param>
/// <param name="Username">The username template; "" leaves the key out.</param>
/// <param name="Groups">The groups; none leaves the key out.</param>
internal sealed record AwsAuthAppend(EksIamPrincipalKind Kind, string Arn, string Username, IReadOnlyList<string> Groups) : AwsAuthEdit(Kind);

/// <summary>Adds an account at the end of mapAccounts.</summary>
/// <param name="AccountId">Twelve digits.</param>
internal sealed record AwsAuthAppendAccount(string AccountId) : AwsAuthEdit(EksIamPrincipalKind.Account);

/// <summary>Changes a row of mapRoles or mapUsers. What is null stays, and so does what reads so already.</summary>
/// <param name="Kind">Role or User.</param>
/// <param name="Index">The row's place in the list, from 0.</param>
internal sealed record AwsAuthReplace(EksIamPrincipalKind Kind, int Index) : AwsAuthEdit(Kind)
{
    /// <summary>The new rolearn or userarn.</summary>
    public string? Arn { get; init; }

    /// <summary>The new username template.</summary>
    public string? Username { get; init; }

    /// <summary>The new groups in their order.</summary>
    public IReadOnlyList<string>? Groups { get; init; }
}

/// <summary>Removes a row of any of the three lists, with the comments on its lines.</summary>
/// <param name="Kind">Role, User or Account.</param>
/// <param name="Index">The row's place in the list, from 0.</param>
internal sealed record AwsAuthRemove(EksIamPrincipalKind Kind, int Index) : AwsAuthEdit(Kind);
