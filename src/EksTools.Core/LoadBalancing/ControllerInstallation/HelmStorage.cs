using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Core.Kubernetes;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>
/// What helm keeps of a release in the cluster: a Secret for each revision, with the release as gzipped JSON in base64 (helm: pkg/storage/driver/secrets.go, util.go).
/// </summary>
internal sealed class HelmStorage(ClusterApi api, string space, string release)
{
    private static ReadOnlySpan<byte> Gzip => [0x1f, 0x8b, 0x08];

    /// <summary>
    /// Calls a revision failed that helm was cut off from, so that helm goes on from the one before it. Nothing in the cluster is undone meanwhile, as it would be
    /// by helm uninstall (the way out of pending-install) and, with two rollouts, by helm rollback. Flux does the same (helm-controller: internal/reconcile/unlock.go).
    /// </summary>
    /// <returns>False where the revision is not kept in a Secret.</returns>
    public async Task<bool> MarkFailedAsync(HelmRevision revision, CancellationToken cancellationToken)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"sh.helm.release.v1.{release}.v{revision.Number}");
        V1Secret secret;
        try
        {
            secret = await api.CallAsync((client, token) => client.CoreV1.ReadNamespacedSecretAsync(name, space, cancellationToken: token), cancellationToken);
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        if (secret.Data?.TryGetValue("release", out byte[]? content) != true || Read(content!) is not { } described || described["info"] is not JsonObject info)
        {
            return false;
        }

        info["status"] = "failed";
        info["description"] = $"Taken back by EksTools: it was {revision.Status}, and nobody was at work on it";
        secret.Data["release"] = Write(described);
        secret.Metadata.EnsureLabels()["status"] = "failed";
        try
        {
            await api.CallAsync((client, token) => client.CoreV1.ReplaceNamespacedSecretAsync(secret, name, space, fieldManager: "ekstools", cancellationToken: token), cancellationToken);
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            // helm was at work after all, or the answer to a first call was lost: who looks again sees which.
        }

        return true;
    }

    /// <summary>A release; null where the content is none.</summary>
    internal static JsonObject? Read(byte[] content)
    {
        try
        {
            byte[] packed = Convert.FromBase64String(Encoding.ASCII.GetString(content));
            using MemoryStream source = new(packed);
            using Stream plain = packed.AsSpan().StartsWith(Gzip) ? new GZipStream(source, CompressionMode.Decompress) : source;
            return JsonNode.Parse(plain) as JsonObject;
        }
        catch (Exception exception) when (exception is FormatException or InvalidDataException or JsonException)
        {
            return null;
        }
    }

    internal static byte[] Write(JsonObject described)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(JsonSerializer.SerializeToUtf8Bytes(described));
        }

        return Encoding.ASCII.GetBytes(Convert.ToBase64String(packed.ToArray()));
    }
}
