using System.Reflection;
using EksTools.Authentication;

namespace EksTools.TokenHelper;

/// <summary>Runs <c>eks-token</c>: one JSON document on standard output, or one line on standard error and a non-zero exit code.</summary>
internal static class TokenCommand
{
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var (arguments, wrong) = TokenArguments.Parse(args);
        if (arguments is null)
        {
            await error.WriteAsync($"eks-token: {wrong}\n").ConfigureAwait(false);
            return 2;
        }
        if (arguments.Help || arguments.Version)
        {
            await output.WriteAsync(arguments.Help ? TokenArguments.Usage + "\n" : $"eks-token {Version}\n").ConfigureAwait(false);
            return 0;
        }
        try
        {
            var request = ExecRequest.Parse(Environment.GetEnvironmentVariable(ExecRequest.EnvironmentVariable));
            using var session = await AwsSession.OpenAsync(new AwsSessionOptions
            {
                ProfileName = arguments.Profile,
                Region = arguments.Region,
                RoleArn = arguments.RoleArn,
                ExternalId = arguments.ExternalId,
                // The AWS CLI's, so that trust policies and aws-auth mappings that look at session names go on working.
                RoleSessionName = arguments.SessionName ?? "EKSGetTokenAuth",
                UseCredentialCache = !arguments.NoCache,
            }).ConfigureAwait(false);
            var token = await session.CreateEksTokenAsync((arguments.ClusterName ?? arguments.ClusterId)!).ConfigureAwait(false);
            var json = ExecCredential.Write(token, request.ApiVersion);
            if (request.Note is not null)
            {
                await error.WriteAsync($"eks-token: {request.Note}\n").ConfigureAwait(false);
            }
            await output.WriteAsync(json + "\n").ConfigureAwait(false);
            return 0;
        }
        catch (AwsAuthenticationException e)
        {
            await error.WriteAsync($"eks-token: {OneLine(e)}\n").ConfigureAwait(false);
            return 1;
        }
        catch (Exception e)
        {
            // The runtime would print a trace of many lines, and an unforeseen message may hold anything; kubectl shows this line.
            await error.WriteAsync($"eks-token: unexpected {e.GetType().FullName}; please report it.\n").ConfigureAwait(false);
            return 70;
        }
    }

    private static string OneLine(AwsAuthenticationException e) =>
        string.Join(' ', $"{e.Message} {(e.Hint is { } hint && !e.Message.Contains(hint, StringComparison.Ordinal) ? hint : "")}"
            .Split((char[])['\r', '\n', ' '], StringSplitOptions.RemoveEmptyEntries));

    private static string Version =>
        typeof(TokenCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
