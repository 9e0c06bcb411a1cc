using EksTools.Access;

namespace EksTools.Core.Access.Mappings;

/// <summary>A row of mapRoles or mapUsers as the authenticator reads it.</summary>
/// <param name="Kind">Role (mapRoles) or User (mapUsers).</param>
/// <param name="Index">Its place in the list, from 0.</param>
/// <param name="Line">Its line in the value, from 1.</param>
/// <param name="Arn">rolearn or userarn as written; null when the row has none, and is then dropped.</param>
/// <param name="Username">The username template; empty when the row has none.</param>
/// <param name="Groups">The groups; none when they are no list.</param>
internal sealed record AwsAuthRow(EksIamPrincipalKind Kind, int Index, int Line, string? Arn, string Username, IReadOnlyList<string> Groups)
{
    /// <summary>Its column in the line, from 1.</summary>
    public int Column { get; init; } = 1;

    /// <summary>Why the authenticator drops the row, or null when it takes it.</summary>
    public string? Dropped { get; init; }

    /// <summary>What the authenticator takes otherwise than it was probably meant, in plain words.</summary>
    public IReadOnlyList<string> Oddities { get; init; } = [];

    /// <summary>Whether the authenticator reads the other row as this one, wherever it stands.</summary>
    public bool ReadsAs(AwsAuthRow other) =>
        Kind == other.Kind && Arn == other.Arn && Username == other.Username && Groups.SequenceEqual(other.Groups) && Dropped == other.Dropped;
}

/// <summary>A row of mapAccounts.</summary>
/// <param name="Index">Its place in the list, from 0.</param>
/// <param name="Line">Its line in the value, from 1.</param>
/// <param name="AccountId">The account as written, quotes apart: leading zeros stay, also without quotes.</param>
internal sealed record AwsAuthAccount(int Index, int Line, string AccountId);

/// <summary>A value of aws-auth that is not valid, or not for sure: the authenticator loses every mapping of it, and no edit touches it.</summary>
/// <param name="Key">mapRoles, mapUsers or mapAccounts.</param>
/// <param name="Line">Where in the value, from 1.</param>
/// <param name="Column">Where in the line, from 1.</param>
/// <param name="Problem">One sentence without the place.</param>
internal sealed record AwsAuthFault(string Key, int Line, int Column, string Problem);
