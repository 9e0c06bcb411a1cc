using System.Management.Automation;
using EksTools.Errors;

namespace EksTools.Pipeline;

/// <summary>
/// Runs a cmdlet's asynchronous body on the pool while the pipeline thread writes what it sends. Cancelled by Ctrl-C and by a
/// downstream that stops, of which PowerShell tells only by an exception from writing.
/// </summary>
public abstract class EksToolsCmdlet : PSCmdlet, IDisposable
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromMilliseconds(800);
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Cancels the cmdlet's work when it is collected by the engine.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>What a body needs of the session, read before it starts: session state answers on the pipeline thread only.</summary>
    internal virtual void PrepareRecord()
    {
    }

    /// <summary>The body, once for each input record; nothing by default.</summary>
    internal virtual Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The body after the last record; nothing by default.</summary>
    internal virtual Task EndProcessingAsync(CommandPipeline pipeline, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>How a failure of this cmdlet is told.</summary>
    internal virtual ErrorRecord ToErrorRecord(Exception exception) => ErrorTable.ToErrorRecord(exception, ErrorTarget, MyInvocation.MyCommand.Name);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            IsWhatIf = MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? said)
                ? LanguagePrimitives.IsTrue(said)
                : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));
            PrepareRecord();
        }
        catch (EksToolsException exception)
        {
            WriteError(ToErrorRecord(exception));
            return;
        }

        Run(ProcessRecordAsync);
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Run(EndProcessingAsync);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => stopping.Cancel();

    /// <summary>What to tell a user who stopped the command while it changed something; null for nothing.</summary>
    protected virtual string? StoppedNote => null;

    /// <summary>-WhatIf, or $WhatIfPreference where it was not said. Known once the record is prepared.</summary>
    internal bool IsWhatIf { get; private set; }

    /// <summary>What an error of this record is about when the error itself does not say.</summary>
    protected virtual object? ErrorTarget => null;

    /// <summary>Releases the cancellation source.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            stopping.Cancel();
            stopping.Dispose();
        }
    }

    private void Run(Func<CommandPipeline, CancellationToken, Task> body)
    {
        using CancellationTokenSource work = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        CommandPipeline pipeline = new();
        CancellationToken cancelled = work.Token;
        Task task = Task.Run(
            async () =>
            {
                try
                {
                    await body(pipeline, cancelled).ConfigureAwait(false);
                }
                finally
                {
                    pipeline.Complete();
                }
            },
            CancellationToken.None);

        bool drained = false;
        try
        {
            pipeline.Drain(this, stopping.Token);
            drained = true;
        }
        finally
        {
            if (!drained)
            {
                work.Cancel();
                pipeline.Close();
                Abandon(task);
                TellStopped(pipeline);
            }
        }

        Finish(task, pipeline);
    }

    private void Finish(Task task, CommandPipeline pipeline)
    {
        try
        {
            task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            TellStopped(pipeline);
            throw new PipelineStoppedException();
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            WriteError(ToErrorRecord(exception));
        }
    }

    /// <summary>Waits a moment for cancelled work to end, so that it does not outlive the command; then leaves it to itself.</summary>
    private static void Abandon(Task task)
    {
        Task ended = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        ended.Wait(StopGrace);
    }

    private void TellStopped(CommandPipeline pipeline)
    {
        if (stopping.IsCancellationRequested && pipeline.LastStatus is { } status && StoppedNote is { } note)
        {
            // A stopped pipeline takes no warning any more; the host still shows one.
            Host?.UI?.WriteWarningLine($"Stopped at '{status}'. {note}");
        }
    }
}
