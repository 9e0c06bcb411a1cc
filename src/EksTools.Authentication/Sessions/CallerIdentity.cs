namespace EksTools.Authentication;

/// <summary>Whose credentials these are, as STS says.</summary>
/// <param name="Account">The account id, 12 digits.</param>
/// <param name="Arn">The principal's ARN; for a role <c>arn:…:sts::…:assumed-role/ROLE/SESSION</c>.</param>
/// <param name="UserId">The principal's unique id.</param>
public sealed record CallerIdentity(string Account, string Arn, string UserId);
