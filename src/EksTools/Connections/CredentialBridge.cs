using System.Management.Automation;
using System.Net;
using System.Reflection;
using EksTools.Errors;

namespace EksTools.Connections;

/// <summary>
/// Takes keys from a credentials object of any assembly. An AWSCredentials of AWS.Tools' load context is another type than the
/// engine's, so the object is asked by its public members rather than cast.
/// </summary>
internal static class CredentialBridge
{
    /// <summary>The object as a source that can be asked again when its keys expire.</summary>
    /// <exception cref="EksToolsException">The object is nothing that keys can be taken from.</exception>
    public static AwsKeySource ToKeySource(object credential, string parameter)
    {
        object value = credential is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : credential;
        if (value is PSCredential basic)
        {
            NetworkCredential plain = basic.GetNetworkCredential();
            return _ => ValueTask.FromResult(new AwsKeys(basic.UserName, plain.Password, null, null));
        }

        if (FindAsker(value) is { } ask)
        {
            return _ => ValueTask.FromResult(ask());
        }

        if (ReadStsOutput(value) is { } keys)
        {
            return _ => ValueTask.FromResult(keys);
        }

        throw new EksToolsException(
            EksErrorKind.Validation,
            "CredentialTypeUnknown",
            $"{parameter} is a {value.GetType().FullName}, from which no AWS keys can be taken.",
            parameter,
            "Pass AWS SDK credentials, the Credentials of an STS answer, or a PSCredential with the access key id as its user name.");
    }

    /// <summary>AWSCredentials.GetCredentials(), also behind the internal member of AWS.Tools' wrapper.</summary>
    private static Func<AwsKeys>? FindAsker(object value)
    {
        object? source = value;
        MethodInfo? method = GetCredentials(source);
        if (method is null)
        {
            // $StoredAWSCredentials is an AWSPSCredentials whose inner credentials are not public.
            source = value.GetType().GetProperty("Credentials", BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(value);
            method = source is null ? null : GetCredentials(source);
        }

        if (method is null)
        {
            return null;
        }

        return () =>
        {
            object immutable = Invoke(method, source!);
            return new AwsKeys(
                Read(immutable, "AccessKey") as string ?? string.Empty,
                Read(immutable, "SecretKey") as string ?? string.Empty,
                Read(immutable, "Token") is string { Length: > 0 } token ? token : null,
                ToExpiration(Read(source!, "Expiration")));
        };
    }

    private static MethodInfo? GetCredentials(object source)
    {
        MethodInfo? method = source.GetType().GetMethod("GetCredentials", BindingFlags.Instance | BindingFlags.Public, Type.EmptyTypes);
        return method?.ReturnType.GetProperty("AccessKey") is null ? null : method;
    }

    private static object Invoke(MethodInfo method, object source)
    {
        try
        {
            return method.Invoke(source, null)!;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            throw new EksToolsException(
                EksErrorKind.Unauthenticated,
                "CredentialFailed",
                $"The credentials object ({source.GetType().Name}) gave no keys: {exception.InnerException.Message}",
                innerException: exception.InnerException);
        }
    }

    /// <summary>An object with AccessKeyId, SecretAccessKey and SessionToken, as STS answers.</summary>
    private static AwsKeys? ReadStsOutput(object value)
    {
        PSObject bag = PSObject.AsPSObject(value);
        string? access = bag.Properties["AccessKeyId"]?.Value as string ?? bag.Properties["AccessKey"]?.Value as string;
        string? secret = bag.Properties["SecretAccessKey"]?.Value as string ?? bag.Properties["SecretKey"]?.Value as string;
        string? token = bag.Properties["SessionToken"]?.Value as string;
        return access is null || secret is null ? null : new AwsKeys(access, secret, token, ToExpiration(bag.Properties["Expiration"]?.Value));
    }

    private static object? Read(object source, string name) =>
        source.GetType().GetProperty(name, BindingFlags.Instance | BindingFlags.Public)?.GetValue(source);

    private static DateTimeOffset? ToExpiration(object? value) => value switch
    {
        DateTimeOffset offset => offset,
        DateTime time => time.ToUniversalTime(),
        _ => null,
    };
}
