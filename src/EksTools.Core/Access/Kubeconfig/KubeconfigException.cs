namespace EksTools.Core.Access.Kubeconfig;

/// <summary>A kubeconfig that cannot be read, edited or replaced. The file was not touched.</summary>
internal sealed class KubeconfigException : Exception
{
    /// <summary>A fault at a place in the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="line">Line, from 1; 0 when the fault has no place.</param>
    /// <param name="column">Column, from 1; 0 when the fault has no place.</param>
    /// <param name="problem">One sentence without the place.</param>
    /// <param name="inner">The cause, when there is one.</param>
    public KubeconfigException(string path, int line, int column, string problem, Exception? inner = null)
        : base(line > 0 ? $"kubeconfig {path}, line {line}, column {column}: {problem}" : $"kubeconfig {path}: {problem}", inner)
    {
        Path = path;
        Line = line;
        Column = column;
    }

    /// <summary>A fault of the file as a whole.</summary>
    public KubeconfigException(string path, string problem, Exception? inner = null) : this(path, 0, 0, problem, inner) { }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Line, from 1; 0 when the fault has no place.</summary>
    public int Line { get; }

    /// <summary>Column, from 1; 0 when the fault has no place.</summary>
    public int Column { get; }

    /// <summary>Whether the file is fine but another writer holds its lock: trying again may help.</summary>
    public bool IsLocked { get; init; }
}
