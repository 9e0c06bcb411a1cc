using System.Collections.Concurrent;
using System.Management.Automation;
using EksTools.Plans;

namespace EksTools.Pipeline;

/// <summary>
/// What a cmdlet's body, running on the pool, sends to the pipeline thread: the only thread that PowerShell lets write.
/// </summary>
internal sealed class CommandPipeline : IJobObserver
{
    private readonly BlockingCollection<Message> messages = [];

    private sealed record Message(Action<PSCmdlet> Act, TaskCompletionSource? Done);

    /// <summary>Writes a record and returns once the pipeline has taken it, so that a slow consumer slows the producer.</summary>
    public Task WriteObjectAsync(object record) => SendAsync(cmdlet => cmdlet.WriteObject(record));

    /// <summary>Writes an error that belongs to one input; the command goes on.</summary>
    public Task WriteErrorAsync(ErrorRecord error) => SendAsync(cmdlet => cmdlet.WriteError(error));

    /// <summary>Asks -WhatIf, -Confirm and the preferences.</summary>
    public async Task<bool> ShouldProcessAsync(string target, string action)
    {
        bool answer = false;
        await SendAsync(cmdlet => answer = cmdlet.ShouldProcess(target, action)).ConfigureAwait(false);
        return answer;
    }

    /// <summary>The same in words of the caller's own, which may have several lines.</summary>
    /// <param name="description">What -WhatIf and -Verbose show.</param>
    /// <param name="question">What -Confirm asks.</param>
    /// <param name="caption">What stands above the question.</param>
    public async Task<bool> ShouldProcessAsync(string description, string question, string caption)
    {
        bool answer = false;
        await SendAsync(cmdlet => answer = cmdlet.ShouldProcess(description, question, caption)).ConfigureAwait(false);
        return answer;
    }

    /// <inheritdoc/>
    public void Verbose(string message) => Post(cmdlet => cmdlet.WriteVerbose(message));

    /// <inheritdoc/>
    public void Warn(string message) => Post(cmdlet => cmdlet.WriteWarning(message));

    /// <inheritdoc/>
    public void Progress(JobProgress progress)
    {
        LastStatus = progress.IsCompleted ? LastStatus : progress.Status;
        Post(cmdlet => cmdlet.WriteProgress(ToRecord(progress)));
    }

    /// <summary>What a job was last at; null while none has begun.</summary>
    public string? LastStatus { get; private set; }

    /// <summary>Writes what comes until the body has ended. Called on the pipeline thread; throws what writing throws.</summary>
    public void Drain(PSCmdlet cmdlet, CancellationToken stopped)
    {
        try
        {
            foreach (Message message in messages.GetConsumingEnumerable(stopped))
            {
                Deliver(cmdlet, message);
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Nothing more will come, or nothing more will be taken: who still waits for a delivery is told.</summary>
    public void Close()
    {
        messages.CompleteAdding();
        while (messages.TryTake(out Message? left))
        {
            left.Done?.TrySetCanceled();
        }
    }

    /// <summary>The body has ended; what it sent is still to be written.</summary>
    public void Complete() => messages.CompleteAdding();

    private static void Deliver(PSCmdlet cmdlet, Message message)
    {
        try
        {
            message.Act(cmdlet);
            message.Done?.TrySetResult();
        }
        catch (Exception exception)
        {
            // The body must not be left waiting when the pipeline refuses a record (it stops, or -ErrorAction Stop throws).
            message.Done?.TrySetException(new OperationCanceledException("The pipeline has stopped.", exception));
            throw;
        }
    }

    private static ProgressRecord ToRecord(JobProgress progress) => new(1, progress.Activity, progress.Status)
    {
        PercentComplete = Math.Clamp(progress.PercentComplete, 0, 100),
        SecondsRemaining = progress.SecondsRemaining,
        RecordType = progress.IsCompleted ? ProgressRecordType.Completed : ProgressRecordType.Processing,
    };

    private Task SendAsync(Action<PSCmdlet> act)
    {
        // Continuations must not run on the pipeline thread, which has to go on draining.
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return TryAdd(new Message(act, done)) ? done.Task : Task.FromCanceled(new CancellationToken(canceled: true));
    }

    private void Post(Action<PSCmdlet> act) => TryAdd(new Message(act, null));

    private bool TryAdd(Message message)
    {
        try
        {
            return messages.TryAdd(message);
        }
        catch (InvalidOperationException)
        {
            // Closed: the pipeline has stopped and takes nothing more.
            return false;
        }
    }
}
