using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace EksTools.Authentication;

/// <summary>
/// Temporary credentials on disk, so that the next process makes no call for the same ones. Holds no token. Whatever is wrong with the
/// disk, a file or a lock, the credentials are then had as if there were no cache.
/// </summary>
internal sealed class CredentialCache(CacheFolder folder, TimeProvider time)
{
    /// <summary>From this long before their end cached credentials are no longer handed out, unless there are no others to be had.</summary>
    public static readonly TimeSpan RefreshBefore = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan UnusableBefore = TimeSpan.FromMinutes(1);

    // AssumeRole takes a tenth of a second; who waits for this long asks for itself.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int EAGAIN = 11;
    private const int EAGAINOnMacOS = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

    /// <summary>The cache that options and environment ask for, or null.</summary>
    public static CredentialCache? Open(SessionContext context) =>
        context.Options.UseCredentialCache && CacheFolder.Locate(context.Environment, OperatingSystem.IsWindows()) is { } folder
            ? new CredentialCache(folder, context.Options.TimeProvider) : null;

    /// <summary>Cached credentials; or new ones, which are kept where they end at some time. One process asks while the others wait for its answer.</summary>
    /// <param name="identify">What decides which credentials these are; asked again afterwards, for getting them may renew a login.</param>
    /// <param name="get">Gets new ones. Its failures are passed on and not kept.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<AwsKeys> GetAsync(Func<CredentialIdentity> identify, Func<CancellationToken, Task<AwsKeys>> get, CancellationToken cancellationToken)
    {
        var identity = identify();
        if (Read(identity) is { } kept && IsFresh(kept))
        {
            return kept;
        }
        using var held = await LockAsync(identity, cancellationToken).ConfigureAwait(false);
        var old = Read(identity);
        if (old is not null && IsFresh(old))
        {
            return old; // Somebody was faster.
        }
        AwsKeys keys;
        try
        {
            keys = await get(cancellationToken).ConfigureAwait(false);
        }
        catch (AwsAuthenticationException e) when (IsPassing(e.Kind) && old?.Expiration > time.GetUtcNow() + UnusableBefore)
        {
            return old;
        }
        if (keys.Expiration is not null && IsFresh(keys))
        {
            Write(identify(), keys);
        }
        return keys;
    }

    private static bool IsPassing(AwsAuthenticationErrorKind kind) => kind is AwsAuthenticationErrorKind.Network or AwsAuthenticationErrorKind.Timeout
        or AwsAuthenticationErrorKind.Throttled or AwsAuthenticationErrorKind.Unavailable;

    private bool IsFresh(AwsKeys keys) => keys.Expiration > time.GetUtcNow() + RefreshBefore;

    private static string FileName(CredentialIdentity identity) => identity.Name + ".json";

    /// <summary>Waits for whoever asks for the same credentials, until they are there. Null where there is nothing to hold, or no end of waiting.</summary>
    private async Task<FileStream?> LockAsync(CredentialIdentity identity, CancellationToken cancellationToken)
    {
        try
        {
            folder.Prepare();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        // Of the real clock: other processes do not wait for a test's.
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Patience;)
        {
            try
            {
                return folder.Lock(identity.Name + ".lock");
            }
            catch (IOException e) when (e.HResult is EAGAIN or EAGAINOnMacOS or SharingViolation)
            {
                await Task.Delay(Random.Shared.Next(10, 40), cancellationToken).ConfigureAwait(false);
                if (Read(identity) is { } keys && IsFresh(keys))
                {
                    return null;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
        return null;
    }

    private AwsKeys? Read(CredentialIdentity identity)
    {
        try
        {
            if (folder.Read(FileName(identity)) is not { } bytes)
            {
                return null;
            }
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("Seal", out var seal)
                && seal.ValueKind == JsonValueKind.String && seal.ValueEquals(identity.Seal)
                && KeyDocument.Parse(bytes, "the credential cache", "SessionToken", version: true) is { Expiration: not null } keys ? keys : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or AwsAuthenticationException)
        {
            return null; // Unreadable, half or foreign: it will be written anew.
        }
    }

    private void Write(CredentialIdentity identity, AwsKeys keys)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("Version", 1);
            json.WriteString("AccessKeyId", keys.AccessKey);
            json.WriteString("SecretAccessKey", keys.SecretKey);
            json.WriteString("SessionToken", keys.SessionToken);
            json.WriteString("Expiration", keys.Expiration!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            json.WriteString("Seal", identity.Seal);
            json.WriteEndObject();
        }
        try
        {
            folder.Prepare();
            folder.Write(FileName(identity), stream.ToArray());
            folder.Sweep();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full or read-only disk costs the next process a call, and this one nothing.
        }
    }
}
