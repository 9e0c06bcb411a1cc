namespace EksTools.Benchmarks;

/// <summary>eks-token against the AWS CLI. EKSTOOLS_TOKEN_HELPER names the executable: the native one of a packed module.</summary>
internal static class HelperFigure
{
    public static async Task RunAsync()
    {
        string? helper = Environment.GetEnvironmentVariable("EKSTOOLS_TOKEN_HELPER");
        if (helper is null)
        {
            Console.WriteLine("eks-token: set EKSTOOLS_TOKEN_HELPER to the native executable to measure it.");
            return;
        }

        Dictionary<string, string?> environment = new() { ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE", ["AWS_SECRET_ACCESS_KEY"] = "secret", ["AWS_ENDPOINT_URL"] = null };
        await Timing.PrintRatioAsync(
            "Token, whole process",
            ("eks-token", () => Timing.RunAsync(helper, ["--cluster-name", "demo", "--region", "us-west-2"], environment)),
            ("aws eks get-token", () => Timing.RunAsync("aws", ["eks", "get-token", "--cluster-name", "demo", "--region", "us-west-2"], environment)));
    }
}
