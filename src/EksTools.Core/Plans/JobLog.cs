using System.Globalization;
using EksTools.Plans;

namespace EksTools.Core.Plans;

/// <summary>Tells a job's changes of state with the time of day, UTC as in CloudTrail, so that a transcript reads as a log.</summary>
internal sealed class JobLog(IJobObserver observer, TimeProvider time) : IJobObserver
{
    public void Progress(JobProgress progress) => observer.Progress(progress);

    public void Verbose(string message) => observer.Verbose(string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():HH:mm:ss}Z {message}"));

    public void Warn(string message) => observer.Warn(message);
}
