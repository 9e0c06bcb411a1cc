using System.Diagnostics;
using System.Management.Automation.Language;
using System.Text;
using CsCheck;
using EksTools.Core.Access.Kubeconfig;
using k8s;
using k8s.KubeConfigModels;

namespace EksTools.Core.Tests.Access.Kubeconfig;

public sealed class ExecArgumentsTests
{
    private static readonly ExecTarget Target = new()
    {
        ClusterName = "demo",
        Region = "us-west-2",
        RoleArn = "arn:aws:iam::111122223333:role/team/a+b=c,d.e@f-g",
        ProfileName = "my \"team\" 'x'",
    };

    private static readonly Gen<string> Nasty = Gen.OneOf(
        Gen.String[Gen.Char["abz019-_./:\\'\u2018\u2019\u201A\u201B\u201C\" $`;,@#&|(){}[]%=+*?~!<>^\tüé"], 0, 12],
        Gen.String[Gen.Char["ab' \u2019"], 0, 8],
        Gen.Int[0, 9].Select(i => new[] { "-x", "--%", "0x10", "1kb", "$null", "@a", "a,b", "'; calc; '", "C:\\Program Files\\x\\", "true" }[i]));

    [Fact]
    public void The_three_forms_are_as_documented()
    {
        Assert.Equal(["--cluster-name", "demo", "--region", "us-west-2", "--role-arn", Target.RoleArn!], ExecArguments.Native("/opt/eks token", Target).Args);
        Assert.Equal(["--region", "us-west-2", "eks", "get-token", "--cluster-name", "demo", "--output", "json", "--role-arn", Target.RoleArn!], ExecArguments.AwsCli(Target).Args);
        ExecUser shell = ExecArguments.PowerShell(Target, "/home/me/My Modules/[x]/EksTools.psd1");
        Assert.Equal(
            [
                "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", "Import-Module", "-Name", "'/home/me/My Modules/`[x`]/EksTools.psd1'", "-Verbose:$false", "-ErrorAction", "Stop;",
                @"EksTools\Get-EksToken", "-ClusterName", "demo", "-Region", "us-west-2", "-RoleArn", $"'{Target.RoleArn}'", "-AsExecCredential",
            ],
            shell.Args);
        Assert.Equal("pwsh", shell.Command);
        Assert.Contains(new ExecVariable("AWS_PROFILE", Target.ProfileName!), shell.Env);
        Assert.Contains(new ExecVariable("POWERSHELL_TELEMETRY_OPTOUT", "1"), shell.Env);
    }

    [Fact]
    public void A_PowerShell_value_means_the_same_to_every_reader() => Nasty.Sample(value =>
    {
        ExecUser exec;
        try
        {
            exec = ExecArguments.PowerShell(Target with { RoleArn = value }, modulePath: null);
        }
        catch (ArgumentException exception)
        {
            Assert.True(value.Length == 0 || value.Contains('"') || value.Contains("  ", StringComparison.Ordinal) || value.Any(c => c is '\t') || value == "--%", exception.Message);
            return;
        }
        // kubectl hands the arguments over; pwsh joins those after -Command.
        Assert.Equal(value, RoleArnSeenByPowerShell(exec.Args));
        // The C# client joins them before, and the process start takes them apart.
        Assert.Equal(value, RoleArnSeenByPowerShell(SplitLikeProcessStart(string.Join(' ', exec.Args))));
    }, iter: 5000);

    [Fact]
    public void A_plain_value_is_one_argument_to_every_reader() => Nasty.Sample(value =>
    {
        ExecUser exec;
        try
        {
            exec = ExecArguments.Native("eks-token", Target with { RoleArn = value });
        }
        catch (ArgumentException exception)
        {
            Assert.True(value.Length == 0 || value.Contains('"') || value.Any(char.IsWhiteSpace) || value.StartsWith('-'), exception.Message);
            return;
        }
        Assert.Equal(value, exec.Args[^1]);
        Assert.Equal(exec.Args, SplitLikeProcessStart(string.Join(' ', exec.Args)));
    }, iter: 5000);

    [Fact]
    public async Task The_Kubernetes_client_for_NET_hands_the_arguments_over_as_they_are()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/printf"), "needs /usr/bin/printf");
        string[] args = [.. ExecArguments.Native("eks-token", Target).Args, .. ExecArguments.Native("eks-token", Target with { RoleArn = @"C:\x\'y'" }).Args];
        using Process process = KubernetesClientConfiguration.CreateRunnableExternalProcess(new ExternalExecution
        {
            ApiVersion = "client.authentication.k8s.io/v1",
            Command = "/usr/bin/printf",
            Arguments = [@"%s\n", .. args],
        });
        process.Start();
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(args, output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void PowerShell_imports_a_module_from_a_path_with_odd_characters()
    {
        using TemporaryDirectory directory = new();
        string module = Directory.CreateDirectory(directory["it's [my] \u2019kube\u2019 $x `dir/EksTools"]).FullName;
        File.WriteAllText(Path.Combine(module, "EksTools.psm1"), "function Get-EksToken { param($ClusterName, $Region, $RoleArn, [switch] $AsExecCredential) \"$ClusterName|$Region|$RoleArn\" }");
        string manifest = Path.Combine(module, "EksTools.psd1");
        File.WriteAllText(manifest, "@{ RootModule = 'EksTools.psm1'; ModuleVersion = '1.0' }");
        Assert.Throws<ArgumentException>(() => ExecArguments.PowerShell(Target, module));
        ExecUser exec = ExecArguments.PowerShell(Target, manifest);
        using System.Management.Automation.PowerShell shell = System.Management.Automation.PowerShell.Create(System.Management.Automation.Runspaces.InitialSessionState.CreateDefault2());
        shell.AddScript(string.Join(' ', exec.Args.SkipWhile(arg => arg != "-Command").Skip(1)));
        Assert.Equal($"demo|us-west-2|{Target.RoleArn}", Assert.Single(shell.Invoke()).ToString());
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void Control_characters_are_refused_everywhere(string value)
    {
        Assert.Throws<ArgumentException>(() => ExecArguments.Native("eks-token", Target with { ProfileName = value }));
        Assert.Throws<ArgumentException>(() => ExecArguments.PowerShell(Target with { ClusterName = value }));
        Assert.Throws<ArgumentException>(() => ExecArguments.AwsCli(Target, value));
    }

    private static string RoleArnSeenByPowerShell(IReadOnlyList<string> argv)
    {
        string script = string.Join(' ', argv.SkipWhile(arg => arg != "-Command").Skip(1));
        ScriptBlockAst ast = Parser.ParseInput(script, out _, out ParseError[] errors);
        Assert.Empty(errors);
        PipelineAst pipeline = Assert.IsType<PipelineAst>(Assert.Single(ast.EndBlock.Statements));
        CommandAst command = Assert.IsType<CommandAst>(Assert.Single(pipeline.PipelineElements));
        Assert.Equal(@"EksTools\Get-EksToken", command.GetCommandName());
        CommandElementAst[] elements = [.. command.CommandElements];
        Assert.Equal(["ClusterName", "Region", "RoleArn", "AsExecCredential"], elements.OfType<CommandParameterAst>().Select(parameter => parameter.ParameterName));
        Assert.Equal(8, elements.Length);
        int at = Array.FindIndex(elements, element => element is CommandParameterAst { ParameterName: "RoleArn" });
        return Assert.IsType<StringConstantExpressionAst>(elements[at + 1]).Value;
    }

    /// <summary>What .NET makes of ProcessStartInfo.Arguments on Unix, which are the C runtime's rules of Windows too.</summary>
    private static List<string> SplitLikeProcessStart(string line)
    {
        List<string> args = [];
        StringBuilder? current = null;
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            int slashes = 0;
            while (i < line.Length && line[i] == '\\')
            {
                slashes++;
                i++;
            }
            bool beforeQuote = i < line.Length && line[i] == '"';
            if (slashes > 0)
                (current ??= new()).Append('\\', beforeQuote ? slashes / 2 : slashes);
            if (i >= line.Length)
                break;
            if (beforeQuote && slashes % 2 == 0)
            {
                quoted = !quoted;
                current ??= new();
            }
            else if (line[i] is ' ' or '\t' && !quoted)
            {
                if (current is not null)
                    args.Add(current.ToString());
                current = null;
            }
            else
            {
                (current ??= new()).Append(line[i]);
            }
        }
        if (current is not null)
            args.Add(current.ToString());
        return args;
    }
}
