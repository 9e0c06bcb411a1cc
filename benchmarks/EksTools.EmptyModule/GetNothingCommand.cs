using System.Management.Automation;

namespace EksTools.EmptyModule;

/// <summary>Writes nothing.</summary>
[Cmdlet(VerbsCommon.Get, "Nothing")]
public sealed class GetNothingCommand : PSCmdlet;
