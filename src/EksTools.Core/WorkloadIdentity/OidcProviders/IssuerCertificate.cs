using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EksTools.Core.WorkloadIdentity.OidcProviders;

/// <summary>What the TLS certificates of an issuer's host say.</summary>
/// <param name="Thumbprint">SHA-1 of the last certificate that the host sent, which is what IAM asks for, in lower case.</param>
/// <param name="IssuedBy">Who issued the host's own certificate.</param>
/// <param name="IsAmazons">False when that is not an authority that Amazon uses: a proxy that inspects TLS stands in between.</param>
internal sealed record IssuerCertificate(string Thumbprint, string IssuedBy, bool IsAmazons)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Amazon Trust Services, its Starfield roots, and DigiCert, which signs for hosts of the China regions.
    private static readonly string[] Authorities = ["O=Amazon", "O=\"Starfield", "O=Starfield", "O=DigiCert", "O=\"DigiCert"];

    /// <summary>Reads the certificates that a host sends, by way of the proxy that the environment names.</summary>
    /// <returns>Null when the host cannot be reached.</returns>
    public static async Task<IssuerCertificate?> ReadAsync(OidcIssuer issuer, CancellationToken cancellationToken)
    {
        IssuerCertificate? read = null;
        using SocketsHttpHandler handler = new()
        {
            ConnectTimeout = Patience,
            SslOptions = new SslClientAuthenticationOptions
            {
                // Nothing is sent that matters and nothing that is received is believed: the certificates themselves are what is looked at.
                RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                {
                    read = certificate is null || chain is null ? null : Of(new X509Certificate2(certificate), chain);
                    return read is not null;
                },
            },
        };
        using HttpClient client = new(handler) { Timeout = Patience };
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri($"{issuer.Url}/keys"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException)
        {
            // What was read before the failure still counts.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The host did not answer in time.
        }

        return read;
    }

    /// <summary>The chain may go on to a root of this machine, which the host did not send and IAM does not mean.</summary>
    private static IssuerCertificate Of(X509Certificate2 own, X509Chain chain)
    {
        X509Certificate2 last = chain.ChainElements
            .Select(static element => element.Certificate)
            .LastOrDefault(certificate => chain.ChainPolicy.ExtraStore.Any(sent => sent.Thumbprint == certificate.Thumbprint)) ?? own;
        return new IssuerCertificate(last.Thumbprint.ToLowerInvariant(), own.Issuer, Authorities.Any(authority => own.Issuer.Contains(authority, StringComparison.Ordinal)));
    }
}
