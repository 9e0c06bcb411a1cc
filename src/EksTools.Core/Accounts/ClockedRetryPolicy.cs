using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace EksTools.Core.Accounts;

/// <summary>The SDK's own policy of retries, with its pauses measured by the engine's clock. Used where that is not the system's.</summary>
internal sealed class ClockedRetryPolicy : RetryPolicy
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private readonly StandardRetryPolicy policy;
    private readonly TimeProvider time;

    public ClockedRetryPolicy(StandardRetryPolicy policy, TimeProvider time)
    {
        this.policy = policy;
        this.time = time;
        MaxRetries = policy.MaxRetries;
    }

    public override bool CanRetry(IExecutionContext executionContext) => policy.CanRetry(executionContext);

    public override bool RetryLimitReached(IExecutionContext executionContext) => policy.RetryLimitReached(executionContext);

    public override bool RetryForException(IExecutionContext executionContext, Exception exception) => policy.RetryForException(executionContext, exception);

    public override Task<bool> RetryForExceptionAsync(IExecutionContext executionContext, Exception exception) => policy.RetryForExceptionAsync(executionContext, exception);

    public override bool OnRetry(IExecutionContext executionContext) => policy.OnRetry(executionContext);

    public override bool OnRetry(IExecutionContext executionContext, bool bypassAcquireCapacity) => policy.OnRetry(executionContext, bypassAcquireCapacity);

    public override bool OnRetry(IExecutionContext executionContext, bool bypassAcquireCapacity, bool isThrottlingError) => policy.OnRetry(executionContext, bypassAcquireCapacity, isThrottlingError);

    public override void NotifySuccess(IExecutionContext executionContext) => policy.NotifySuccess(executionContext);

    public override void WaitBeforeRetry(IExecutionContext executionContext) => policy.WaitBeforeRetry(executionContext);

    public override Task WaitBeforeRetryAsync(IExecutionContext executionContext) =>
        Task.Delay(Pause(executionContext.RequestContext.Retries), time, executionContext.RequestContext.CancellationToken);

    /// <summary>As the SDK's standard mode reckons it: a random share of a second, doubled with each retry, up to the policy's longest.</summary>
    private TimeSpan Pause(int retries)
    {
        TimeSpan longest = TimeSpan.FromMilliseconds(policy.MaxBackoffInMilliseconds);
        TimeSpan pause = FirstPause * Random.Shared.NextDouble() * Math.Pow(2, retries);
        return pause < longest ? pause : longest;
    }
}

/// <summary>Puts a <see cref="ClockedRetryPolicy"/> into every client of the engine.</summary>
internal sealed class ClockedRetryCustomizer(TimeProvider time) : IRuntimePipelineCustomizer
{
    public string UniqueName => "EksTools.ClockedRetry";

    public static void Register(TimeProvider time)
    {
        if (time != TimeProvider.System)
        {
            RuntimePipelineCustomizerRegistry.Instance.Register(new ClockedRetryCustomizer(time));
        }
    }

    public void Customize(Type type, RuntimePipeline pipeline)
    {
        if (pipeline.Handlers.OfType<RetryHandler>().SingleOrDefault() is { RetryPolicy: StandardRetryPolicy policy })
        {
            pipeline.ReplaceHandler<RetryHandler>(new RetryHandler(new ClockedRetryPolicy(policy, time)));
        }
    }
}
