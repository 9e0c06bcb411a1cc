using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Eks;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.CertificateManager;

/// <summary>Certificates that others issued (https://docs.aws.amazon.com/acm/latest/userguide/import-certificate-prerequisites.html).</summary>
internal static class CertificateImport
{
    /// <summary>Imports a certificate with its key, or puts it in the place of one that was imported before.</summary>
    public static JsonObject Run(AwsCall call)
    {
        var former = call.Body.String("CertificateArn") is null ? null : AcmService.Find(call);
        if (former is { IsImported: false })
        {
            throw AcmService.Invalid($"Certificate {former.Arn} was not imported, and cannot be imported again.");
        }

        var tags = AcmService.ReadTags(call);
        if (former is not null && tags.Count > 0)
        {
            throw AcmService.Invalid("Tagging is not permitted on re-import.");
        }

        using var certificate = Read(call);
        if (call.Now < certificate.NotBefore || call.Now > certificate.NotAfter)
        {
            throw AcmService.Invalid("The certificate is not valid at this time: its validity has not begun, or it has expired.");
        }

        var names = Names(certificate);
        var made = former ?? new Certificate(call.Account, call.Region) { IsImported = true, DomainName = names[0], Names = names, Tags = tags };
        (made.DomainName, made.Names, made.NotBefore, made.NotAfter, made.Imported, made.Stage) = (names[0], names, certificate.NotBefore, certificate.NotAfter, call.Now, "ISSUED");
        (made.Subject, made.Issuer, made.Serial, made.KeyAlgorithm) = (certificate.Subject, certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true), string.Join(':', Convert.FromHexString(certificate.SerialNumber).Select(octet => octet.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))), KeyOf(certificate));
        made.SignatureAlgorithm = (certificate.SignatureAlgorithm.FriendlyName ?? "sha256RSA").ToUpperInvariant() switch { "SHA256ECDSA" => "SHA256WITHECDSA", "SHA384ECDSA" => "SHA384WITHECDSA", var other => other.Replace("RSA", "WITHRSA", StringComparison.Ordinal) };
        if (former is null)
        {
            AcmService.Certificates(call).Add(made);
        }

        return new JsonObject { ["CertificateArn"] = made.Arn };
    }

    private static X509Certificate2 Read(AwsCall call)
    {
        try
        {
            var body = Pem(call, "Certificate");
            if (body.IndexOf("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal) != body.LastIndexOf("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
            {
                throw AcmService.Invalid("The certificate field contains more than one certificate. You can specify only one certificate in this field.");
            }

            // With its key: it must be the certificate's own.
            return X509Certificate2.CreateFromPem(body, Pem(call, "PrivateKey"));
        }
        catch (Exception error) when (error is CryptographicException or FormatException or ArgumentException)
        {
            throw AcmService.Invalid("The certificate or the private key is not PEM-encoded, or they do not belong together.");
        }
    }

    private static string Pem(AwsCall call, string member) => Encoding.UTF8.GetString(Convert.FromBase64String(call.Body.String(member) is { Length: > 0 } text ? text
        : throw AcmService.Invalid($"1 validation error detected: Value null at '{char.ToLowerInvariant(member[0])}{member[1..]}' failed to satisfy constraint: Member must not be null")));

    private static List<string> Names(X509Certificate2 certificate)
    {
        var common = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        var others = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames());
        return [.. others.Prepend(common).Where(name => name.Length > 0).Distinct()];
    }

    private static string KeyOf(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null)
        {
            return rsa.KeySize is 1024 or 2048 or 3072 or 4096 ? $"RSA_{rsa.KeySize}" : throw AcmService.Invalid($"The key size {rsa.KeySize} is not supported.");
        }

        using var curve = certificate.GetECDsaPublicKey() ?? throw AcmService.Invalid("The key algorithm is not supported.");
        return curve.KeySize switch { 256 => "EC_prime256v1", 384 => "EC_secp384r1", 521 => "EC_secp521r1", _ => throw AcmService.Invalid($"The key size {curve.KeySize} is not supported.") };
    }
}
