using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>A cluster's own certificate authority and the certificate of its endpoint, made for one run.</summary>
internal sealed class ServerCertificate : IDisposable
{
    private static readonly TimeSpan Skew = TimeSpan.FromDays(1);

    private ServerCertificate(X509Certificate2 certificate, string authority)
    {
        Certificate = certificate;
        Authority = authority;
    }

    /// <summary>The endpoint's certificate with its key, for 127.0.0.1, ::1 and localhost.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The authority's certificate, PEM.</summary>
    public string Authority { get; }

    /// <summary>Makes both. They are dated by the machine's clock, which the TLS stacks of clients go by, not by the sandbox's.</summary>
    public static ServerCertificate Create()
    {
        var now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=kubernetes", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false));
        using var authority = authorityRequest.CreateSelfSigned(now - Skew, now.AddYears(10));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        names.AddDnsName("localhost");
        names.AddDnsName("kubernetes.default.svc");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var bare = request.Create(authority, now - Skew, now.AddYears(1), RandomNumberGenerator.GetBytes(16));
        using var withKey = bare.CopyWithPrivateKey(key);

        // Windows' TLS does not take an ephemeral key; a round trip through PKCS#12 gives it one that it takes.
        var certificate = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
        return new(certificate, authority.ExportCertificatePem() + "\n");
    }

    public void Dispose() => Certificate.Dispose();
}
