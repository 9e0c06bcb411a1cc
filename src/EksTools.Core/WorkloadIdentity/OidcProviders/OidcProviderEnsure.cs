using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using EksTools.Clusters;
using EksTools.Core.Access;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Errors;
using EksTools.Plans;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity.OidcProviders;

/// <summary>Finds a cluster's provider by its URL, makes it where there is none, and adds what it lacks. Nothing is taken away from one that is there.</summary>
/// <param name="account">The account.</param>
/// <param name="certificates">Reads the issuer's certificates; null to leave the thumbprint to IAM.</param>
internal sealed class OidcProviderEnsure(AwsAccount account, Func<OidcIssuer, CancellationToken, Task<IssuerCertificate?>>? certificates)
{
    public const string Component = "oidc-provider";
    private readonly IAmazonIdentityManagementService iam = account.Iam;

    public async Task<EksOidcProvider> EnsureAsync(EksCluster cluster, OidcProviderRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        OidcIssuer issuer = IssuerOf(cluster);
        if (await FindAsync(account, issuer, cancellationToken) is { } arn)
        {
            return await CompleteAsync(cluster, issuer, arn, request, cancellationToken);
        }

        IReadOnlyList<string> thumbprints = request.Thumbprints.Count > 0 ? request.Thumbprints : await ReadThumbprintAsync(issuer, observer, cancellationToken);
        EksOidcProvider made = new()
        {
            ClusterName = cluster.Name,
            Region = cluster.Region,
            OpenIDConnectProviderArn = issuer.ProviderArn(account.Partition.Name, ClusterArn.Parse(cluster.Arn)!.Account),
            Issuer = issuer.Url,
            ClientIds = request.ClientIds,
            Thumbprints = thumbprints,
            Change = StepOutcome.Created,
        };
        if (request.WhatIf)
        {
            return made;
        }

        try
        {
            string answered = (await iam.CreateOpenIDConnectProviderAsync(
                new CreateOpenIDConnectProviderRequest { Url = issuer.Url, ClientIDList = [.. request.ClientIds], ThumbprintList = [.. thumbprints], Tags = TagsFor(cluster, request) },
                cancellationToken)).OpenIDConnectProviderArn;
            return made with { OpenIDConnectProviderArn = answered };
        }
        catch (EntityAlreadyExistsException)
        {
            // Made meanwhile, or by a call whose answer was lost.
            return await CompleteAsync(cluster, issuer, made.OpenIDConnectProviderArn, request, cancellationToken);
        }
    }

    /// <summary>The issuer of a cluster.</summary>
    /// <exception cref="EksToolsException">The cluster has none yet.</exception>
    public static OidcIssuer IssuerOf(EksCluster cluster) => cluster.Identity?.Oidc.Issuer is { Length: > 0 } url
        ? OidcIssuer.FromUrl(url)
        : throw new EksToolsException(EksErrorKind.Conflict, "ClusterWithoutIssuer", $"Cluster {cluster.Name} is {cluster.Status} and has no OpenID Connect issuer yet.", cluster.Name, $"Wait for it: Wait-EksCluster {cluster.Name}.");

    /// <summary>The ARN of the issuer's provider; null when IAM knows none.</summary>
    public static async Task<string?> FindAsync(AwsAccount account, OidcIssuer issuer, CancellationToken cancellationToken)
    {
        ListOpenIDConnectProvidersResponse answer = await account.Iam.ListOpenIDConnectProvidersAsync(new ListOpenIDConnectProvidersRequest(), cancellationToken);
        return (answer.OpenIDConnectProviderList ?? []).Select(static provider => provider.Arn)
            .FirstOrDefault(arn => arn.EndsWith($":oidc-provider/{issuer.HostPath}", StringComparison.OrdinalIgnoreCase));
    }

    private async Task<EksOidcProvider> CompleteAsync(EksCluster cluster, OidcIssuer issuer, string arn, OidcProviderRequest request, CancellationToken cancellationToken)
    {
        GetOpenIDConnectProviderResponse there = await iam.GetOpenIDConnectProviderAsync(new GetOpenIDConnectProviderRequest { OpenIDConnectProviderArn = arn }, cancellationToken);
        List<string> known = there.ClientIDList ?? [];
        List<string> thumbprints = there.ThumbprintList ?? [];
        Dictionary<string, string> tags = (there.Tags ?? []).ToDictionary(static tag => tag.Key, static tag => tag.Value, StringComparer.Ordinal);
        string[] missing = [.. request.ClientIds.Except(known, StringComparer.Ordinal)];
        string[] prints = [.. request.Thumbprints.Except(thumbprints, StringComparer.OrdinalIgnoreCase)];

        // One of somebody else's stays somebody else's: it gets the tags that were asked for, not the mark by which Remove-EksCluster takes it away.
        Tag[] lacking = [.. request.Tags.Where(tag => tags.GetValueOrDefault(tag.Key) != tag.Value).Select(static tag => new Tag { Key = tag.Key, Value = tag.Value })];
        if (!request.WhatIf)
        {
            foreach (string id in missing)
            {
                await iam.AddClientIDToOpenIDConnectProviderAsync(new AddClientIDToOpenIDConnectProviderRequest { OpenIDConnectProviderArn = arn, ClientID = id }, cancellationToken);
            }

            if (prints.Length > 0)
            {
                await iam.UpdateOpenIDConnectProviderThumbprintAsync(new UpdateOpenIDConnectProviderThumbprintRequest { OpenIDConnectProviderArn = arn, ThumbprintList = [.. thumbprints, .. prints] }, cancellationToken);
            }

            if (lacking.Length > 0)
            {
                await iam.TagOpenIDConnectProviderAsync(new TagOpenIDConnectProviderRequest { OpenIDConnectProviderArn = arn, Tags = [.. lacking] }, cancellationToken);
            }
        }

        return new EksOidcProvider
        {
            ClusterName = cluster.Name,
            Region = cluster.Region,
            OpenIDConnectProviderArn = arn,
            Issuer = issuer.Url,
            ClientIds = [.. known, .. missing],
            Thumbprints = [.. thumbprints, .. prints],
            Change = missing.Length + prints.Length + lacking.Length > 0 ? StepOutcome.Updated : StepOutcome.Found,
        };
    }

    private async Task<IReadOnlyList<string>> ReadThumbprintAsync(OidcIssuer issuer, IJobObserver observer, CancellationToken cancellationToken)
    {
        if (certificates is null)
        {
            return [];
        }

        IssuerCertificate? certificate = await certificates(issuer, cancellationToken);
        if (certificate is null)
        {
            observer.Verbose($"{issuer.HostPath} could not be reached from here; IAM takes the thumbprint itself.");
            return [];
        }

        if (!certificate.IsAmazons)
        {
            observer.Warn($"The certificate of {issuer.HostPath} was issued by '{certificate.IssuedBy}', not for Amazon: a proxy that inspects TLS stands in between, and its thumbprint would be wrong. None is registered; IAM takes the thumbprint itself.");
            return [];
        }

        return [certificate.Thumbprint];
    }

    private static List<Tag> TagsFor(EksCluster cluster, OidcProviderRequest request)
    {
        Dictionary<string, string> tags = new ClusterIdentity(cluster.Name, cluster.Region).Tags(Component);
        foreach ((string key, string value) in request.Tags)
        {
            tags[key] = value;
        }

        return [.. tags.Select(static pair => new Tag { Key = pair.Key, Value = pair.Value })];
    }
}
