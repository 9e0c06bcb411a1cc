using System.Collections.Concurrent;
using EksTools.Plans;

namespace EksTools.Core.Tests.Plans;

internal sealed class RecordingObserver : IJobObserver
{
    public ConcurrentQueue<JobProgress> Reports { get; } = [];

    public ConcurrentQueue<string> Lines { get; } = [];

    public ConcurrentQueue<string> Warnings { get; } = [];

    public void Progress(JobProgress progress) => Reports.Enqueue(progress);

    public void Verbose(string message) => Lines.Enqueue(message);

    public void Warn(string message) => Warnings.Enqueue(message);
}
