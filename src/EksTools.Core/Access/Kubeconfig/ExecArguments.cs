using System.Text.RegularExpressions;

namespace EksTools.Core.Access.Kubeconfig;

/// <summary>
/// Builds exec plugin commands whose arguments mean the same to every reader of a kubeconfig: kubectl and client-go hand them over
/// exactly; the C# KubernetesClient joins them with spaces and quotes nothing; <c>pwsh -Command</c> joins them with spaces and parses
/// the result as PowerShell.
/// </summary>
internal static partial class ExecArguments
{
    /// <summary>The native helper: <c>eks-token --cluster-name N --region R [--role-arn A]</c>.</summary>
    /// <param name="helperPath">eks-token by a name on PATH or by a path; kubectl starts it without a shell.</param>
    /// <param name="target">The cluster and the identity.</param>
    /// <exception cref="ArgumentException">A value cannot survive one of the readers.</exception>
    public static ExecUser Native(string helperPath, ExecTarget target) => new()
    {
        Command = RequirePrintable(helperPath, "the path of eks-token"),
        Args =
        [
            "--cluster-name", Plain(target.ClusterName, "the cluster name"),
            "--region", Plain(target.Region, "the region"),
            .. target.RoleArn is { } role ? new[] { "--role-arn", Plain(role, "the role ARN") } : [],
        ],
        Env = EnvironmentOf(target),
        InstallHint = "eks-token is part of the PowerShell module EksTools: Install-PSResource EksTools, Install-EksTokenHelper, then Update-EksKubeconfig for this cluster.",
    };

    /// <summary>The module in PowerShell: <c>pwsh … -Command EksTools\Get-EksToken …</c>.</summary>
    /// <param name="target">The cluster and the identity.</param>
    /// <param name="modulePath">The module's folder or manifest where it is not on PSModulePath; null lets PowerShell find it.</param>
    /// <param name="pwshPath">PowerShell 7 by a name on PATH or by a path.</param>
    /// <exception cref="ArgumentException">A value cannot survive one of the readers.</exception>
    public static ExecUser PowerShell(ExecTarget target, string? modulePath = null, string pwshPath = "pwsh") => new()
    {
        Command = RequirePrintable(pwshPath, "the path of pwsh"),
        Args =
        [
            "-NoLogo", "-NoProfile", "-NonInteractive", "-Command",
            // Verbose messages go to standard output, where only the JSON belongs; loading by name says none.
            .. modulePath is null ? [] : new[] { "Import-Module", "-Name", Literal(ModuleName(modulePath), "the module's path"), "-Verbose:$false", "-ErrorAction", "Stop;" },
            @"EksTools\Get-EksToken",
            "-ClusterName", Literal(target.ClusterName, "the cluster name"),
            "-Region", Literal(target.Region, "the region"),
            .. target.RoleArn is { } role ? new[] { "-RoleArn", Literal(role, "the role ARN") } : [],
            "-AsExecCredential",
        ],
        // Telemetry would delay each start, and colour would be in the way of the JSON.
        Env = [.. EnvironmentOf(target), new("POWERSHELL_TELEMETRY_OPTOUT", "1"), new("POWERSHELL_UPDATECHECK", "Off"), new("NO_COLOR", "1")],
        InstallHint = "PowerShell 7.4 or newer and its module EksTools are needed: Install-PSResource EksTools.",
    };

    /// <summary>The AWS CLI: <c>aws --region R eks get-token --cluster-name N --output json [--role-arn A]</c>.</summary>
    /// <param name="target">The cluster and the identity.</param>
    /// <param name="awsPath">The AWS CLI by a name on PATH or by a path.</param>
    /// <exception cref="ArgumentException">A value cannot survive one of the readers.</exception>
    public static ExecUser AwsCli(ExecTarget target, string awsPath = "aws") => new()
    {
        Command = RequirePrintable(awsPath, "the path of the AWS CLI"),
        Args =
        [
            "--region", Plain(target.Region, "the region"), "eks", "get-token",
            "--cluster-name", Plain(target.ClusterName, "the cluster name"), "--output", "json",
            .. target.RoleArn is { } role ? new[] { "--role-arn", Plain(role, "the role ARN") } : [],
        ],
        Env = EnvironmentOf(target),
        InstallHint = "The AWS CLI is needed: see https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html.",
    };

    /// <summary>A value as one argument of a program that gets its arguments exactly.</summary>
    /// <exception cref="ArgumentException">The C# client's join would take it apart, or the program would read it as an option.</exception>
    internal static string Plain(string value, string what)
    {
        RequirePrintable(value, what);
        if (value.Any(char.IsWhiteSpace) || value.Contains('"'))
            throw new ArgumentException($"{Capital(what)} '{value}' cannot stand in a kubeconfig's exec arguments: white space and double quotes do not survive every Kubernetes client.");
        if (value.StartsWith('-'))
            throw new ArgumentException($"{Capital(what)} '{value}' begins with '-' and would be read as an option.");
        return value;
    }

    /// <summary>A value as a PowerShell expression in one argument: bare where it can only be a string, else a single-quoted literal.</summary>
    /// <exception cref="ArgumentException">The readers would change it.</exception>
    internal static string Literal(string value, string what)
    {
        RequirePrintable(value, what);
        // The C# client and pwsh split and join at spaces: one survives, more become one, and double quotes vanish.
        if (value.Contains('"') || value.Contains("  ", StringComparison.Ordinal) || value.Any(c => c != ' ' && char.IsWhiteSpace(c)))
            throw new ArgumentException($"{Capital(what)} '{value}' cannot stand in a kubeconfig's exec arguments: double quotes, tabs and runs of spaces do not survive every Kubernetes client.");
        // PowerShell takes the rest of the line verbatim after it, even when it is quoted.
        if (value == "--%")
            throw new ArgumentException($"{Capital(what)} is '--%', which PowerShell does not take as a value.");
        return BareWord().IsMatch(value) ? value : $"'{SingleQuotes().Replace(value, "$0$0")}'";
    }

    /// <summary>A path for Import-Module -Name: escaped for a manifest's path; in a folder's path PowerShell finds no module behind wildcard characters, escaped or not.</summary>
    private static string ModuleName(string path)
    {
        if (path.AsSpan().ContainsAny("[]*?") && !path.EndsWith(".psd1", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"The module's path '{path}' holds wildcard characters, and PowerShell finds no module behind those; give the path of its manifest (.psd1).");
        return Wildcards().Replace(path, "`$0");
    }

    private static List<ExecVariable> EnvironmentOf(ExecTarget target)
    {
        List<ExecVariable> variables = [.. target.Environment];
        if (target.ProfileName is { } profile)
            variables.Insert(0, new("AWS_PROFILE", profile));
        foreach (ExecVariable variable in variables)
            RequirePrintable(variable.Value, $"the environment variable {variable.Name}");
        return variables;
    }

    private static string RequirePrintable(string value, string what)
    {
        if (value.Length == 0)
            throw new ArgumentException($"{Capital(what)} is empty.");
        if (value.Any(char.IsControl))
            throw new ArgumentException($"{Capital(what)} holds a control character and cannot stand in a kubeconfig.");
        return value;
    }

    private static string Capital(string what) => char.ToUpperInvariant(what[0]) + what[1..];

    // Must begin like a word: "-x" is a parameter, "1kb" and "0x10" are numbers.
    [GeneratedRegex(@"^[A-Za-z_/][A-Za-z0-9_./:-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex BareWord();

    // PowerShell ends a single-quoted string at typographic quotes too.
    [GeneratedRegex("['\u2018\u2019\u201A\u201B]", RegexOptions.CultureInvariant)]
    private static partial Regex SingleQuotes();

    [GeneratedRegex(@"[\[\]*?`]", RegexOptions.CultureInvariant)]
    private static partial Regex Wildcards();
}
