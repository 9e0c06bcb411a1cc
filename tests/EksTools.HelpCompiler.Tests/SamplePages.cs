namespace EksTools.HelpCompiler.Tests;

/// <summary>Complete pages for the sample cmdlets, in the form that platyPS writes.</summary>
internal static class SamplePages
{
    public const string Get = """"
        ---
        external help file: EksTools.HelpCompiler.Tests.dll-Help.xml
        title: Get-SampleThing
        ---

        # Get-SampleThing

        ## SYNOPSIS

        Gets *sample* things with `care`.

        ## SYNTAX

        ### ByName (Default)

        ```
        Get-SampleThing [-Name] <string[]>
        ```

        ## DESCRIPTION

        The first paragraph, which
        goes over two lines and links to [the site](https://example.org/).

        - one
        - two

        ## EXAMPLES

        ### Example 1: Get two

        ```powershell
        Get-SampleThing demo -Count 2 |
            Where-Object Major -gt 1
        ```

        Gets two of them.

        ```output
        1.0
        ```

        ### Example 2: Get all

        ```powershell
        Get-SampleThing -All -RegionToCall here -wi
        ```

        ## PARAMETERS

        ### -Name

        The names of the things.

        Wildcards work.

        ```yaml
        Type: System.String[]
        Position: 0
        ```

        ### -All

        Gets all.

        ### -Count

        How many.

        ### -Unit

        In what they count.

        ### -Direction

        Which way.

        ### -Computed

        Computed.

        ### CommonParameters

        This cmdlet supports the common parameters.

        ## OUTPUTS

        ### System.Version

        One version for each thing.

        ## NOTES

        Needs `things:Get`.

        ## RELATED LINKS

        - [Clear-SampleThing]()
        - [The site](https://example.org/)
        """";

    public const string Clear = """
        # Clear-SampleThing
        ## SYNOPSIS
        Clears.
        ## DESCRIPTION
        Clears things.
        ## EXAMPLES
        ### Example 1: Clear
        ```powershell
        Clear-SampleThing
        ```
        """;

    public const string Shared = """
        # Common parameters

        ### -Region

        The region of the things.
        """;
}
