using System.Management.Automation;

namespace EksTools.Pipeline;

/// <summary>Refuses a list where one value of an enumeration is meant: PowerShell combines the bits of a list's values into one.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateSingleValueAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is Enum value && !Enum.IsDefined(value.GetType(), value))
        {
            throw new ValidationMetadataException($"Say one value, not several: {string.Join(", ", Enum.GetNames(value.GetType()))}.");
        }
    }
}
