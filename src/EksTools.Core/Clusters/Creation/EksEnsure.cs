using Amazon.EKS.Model;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>
/// Makes a part of a cluster that EKS knows by name, such as a node group or an add-on, exactly once: what failed to be made before gives way to another
/// attempt, and while EKS is busy with the cluster it is asked again.
/// </summary>
internal static class EksEnsure
{
    /// <summary>One part: how its status is read, and how it is made and taken away.</summary>
    /// <param name="StatusAsync">The status; null when there is none of that name.</param>
    public sealed record Part(
        Func<CancellationToken, Task<string?>> StatusAsync,
        Func<CancellationToken, Task> CreateAsync,
        Func<CancellationToken, Task> DeleteAsync);

    public static async Task<StepOutcome> OneAsync(Part part, StepContext context, CancellationToken cancellationToken)
    {
        StepOutcome outcome = StepOutcome.Found;
        await context.Poller.UntilAsync(TryAsync, cancellationToken);
        return outcome;

        async Task<string?> TryAsync(CancellationToken token)
        {
            string? status = await part.StatusAsync(token);
            if (status is not (null or "CREATE_FAILED" or "DELETING" or "DELETE_FAILED"))
            {
                return status;
            }

            try
            {
                if (status is null)
                {
                    await part.CreateAsync(token);
                    outcome = StepOutcome.Created;
                    return string.Empty;
                }

                if (status != "DELETING")
                {
                    // What failed to be made does not recover: it makes room for another attempt.
                    await part.DeleteAsync(token);
                }

                context.Detail($"{status}; waiting for it to go");
            }
            catch (ResourceInUseException exception)
            {
                // There already, by a call whose answer was lost, or EKS is busy with the cluster: the next look tells.
                context.Detail(exception.Message);
            }

            return null;
        }
    }
}
