using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EksTools.Sandbox.Tests.Account;

/// <summary>Certificates to import.</summary>
internal static class PemCertificate
{
    /// <summary>A certificate that holds for a while from now on, and its key.</summary>
    public static (string Certificate, string Key) Make(string name, TimeSpan life, DateTimeOffset? now = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddDnsName($"www.{name}");
        request.CertificateExtensions.Add(names.Build());
        var begin = now ?? DateTimeOffset.UtcNow;
        using var made = request.CreateSelfSigned(begin.AddMinutes(-5), begin + life);
        return (made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
