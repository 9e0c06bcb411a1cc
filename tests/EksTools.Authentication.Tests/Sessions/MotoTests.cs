using System.Diagnostics;

namespace EksTools.Authentication.Tests.Sessions;

/// <summary>Against an STS that others wrote.</summary>
public sealed class MotoTests
{
    [Fact]
    public async Task Roles_are_assumed_and_callers_named()
    {
        var start = new ProcessStartInfo(OutsideTool.Require("moto_server")) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-H", "127.0.0.1", "-p", "0"])
        {
            start.ArgumentList.Add(argument);
        }
        using var moto = Process.Start(start)!;
        try
        {
            string? url = null;
            while (url is null && await moto.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                url = line.Contains("Running on ", StringComparison.Ordinal) ? line[(line.IndexOf("Running on ", StringComparison.Ordinal) + 11)..].Trim() : null;
            }
            Assert.NotNull(url);
            using var home = new TestHome($"""
                [profile keys]
                aws_access_key_id = AKIAKEYS
                aws_secret_access_key = {TestHome.Secret}
                [profile role]
                role_arn = arn:aws:iam::123456789012:role/admin
                source_profile = keys
                role_session_name = me
                """);

            using var session = await home.OpenAsync(o => o with { ProfileName = "role", EndpointUrl = url, Region = "eu-west-1" });

            var identity = await session.GetCallerIdentityAsync(TestContext.Current.CancellationToken);
            Assert.Equal("arn:aws:sts::123456789012:assumed-role/admin/me", identity.Arn);
            Assert.Equal("123456789012", identity.Account);
            Assert.InRange(session.CredentialExpiration!.Value - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(61));
        }
        finally
        {
            moto.Kill(entireProcessTree: true);
            await moto.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }
}
