using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace EksTools.Core.Accounts;

/// <summary>
/// Asks <see cref="AwsAccount.BeforeChange"/> before each try of a call that changes something. A run that slept, or whose retries took long, may not be
/// the one at work any more when its next call would be made.
/// </summary>
internal sealed class ChangeGuard : PipelineHandler
{
    private static readonly ConditionalWeakTable<IClientConfig, AwsAccount> Accounts = [];
    private static readonly string[] Looks = ["Describe", "List", "Get", "Filter", "Simulate"];

    /// <summary>Guards the client that has this configuration.</summary>
    public static void Watch(IClientConfig config, AwsAccount account) => Accounts.AddOrUpdate(config, account);

    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        IRequestContext context = executionContext.RequestContext;
        bool changes = !Looks.Any(look => context.RequestName.StartsWith(look, StringComparison.Ordinal));
        if (changes && Accounts.TryGetValue(context.ClientConfig, out AwsAccount? account) && account.BeforeChange is { } guard)
        {
            await guard(context.CancellationToken);
        }

        return await base.InvokeAsync<T>(executionContext);
    }
}

/// <summary>Puts a <see cref="ChangeGuard"/> before the signer of every client of the engine.</summary>
internal sealed class ChangeGuardCustomizer : IRuntimePipelineCustomizer
{
    public string UniqueName => "EksTools.ChangeGuard";

    public static void Register() => RuntimePipelineCustomizerRegistry.Instance.Register(new ChangeGuardCustomizer());

    public void Customize(Type type, RuntimePipeline pipeline) => pipeline.AddHandlerBefore<Signer>(new ChangeGuard());
}
