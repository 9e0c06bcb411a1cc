using System.Text;

namespace EksTools.Core.Files;

/// <summary>The bytes of a file as text and back, byte for byte: UTF-8, or UTF-16 with a BOM as Windows PowerShell's redirection writes it.</summary>
/// <param name="Encoding">The encoding; it throws on bytes that are none of its own.</param>
/// <param name="Bom">The bytes before the text.</param>
internal sealed record TextEncoding(Encoding Encoding, byte[] Bom)
{
    /// <summary>UTF-8 without a BOM: what new files get.</summary>
    public static TextEncoding Default { get; } = new(new UTF8Encoding(false, throwOnInvalidBytes: true), []);

    private static readonly TextEncoding[] WithBom =
    [
        new(Default.Encoding, [0xEF, 0xBB, 0xBF]),
        new(new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true), [0xFF, 0xFE]),
        new(new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true), [0xFE, 0xFF]),
    ];

    /// <summary>The encoding that the bytes begin with.</summary>
    public static TextEncoding Detect(ReadOnlySpan<byte> bytes)
    {
        foreach (TextEncoding candidate in WithBom)
        {
            if (bytes.StartsWith(candidate.Bom))
                return candidate;
        }
        return Default;
    }

    /// <summary>The text after the BOM.</summary>
    /// <exception cref="InvalidDataException">The bytes are no text in this encoding; the message says where.</exception>
    public string Decode(byte[] bytes)
    {
        try
        {
            return Encoding.GetString(bytes, Bom.Length, bytes.Length - Bom.Length);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"byte {exception.Index + Bom.Length} is not valid {Encoding.WebName}", exception);
        }
    }

    /// <summary>The BOM and the text's bytes.</summary>
    public byte[] Encode(string text) => [.. Bom, .. Encoding.GetBytes(text)];
}
