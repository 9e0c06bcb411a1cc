namespace EksTools.ServiceModels;

/// <summary>Turns botocore's service models into the source of <c>EksTools.Aws</c>.</summary>
public static class Generator
{
    /// <summary>Generates every service. Only names, types, locations, constraints and enums are taken from the models, never their prose.</summary>
    /// <param name="dataDirectory">botocore's <c>data</c> directory.</param>
    /// <returns>Paths relative to <c>src/EksTools.Aws</c>, with the text of each file. The same models give the same bytes.</returns>
    public static IEnumerable<KeyValuePair<string, string>> Generate(string dataDirectory) =>
        ServiceDefinition.All.SelectMany(definition => Generate(ServiceModel.Load(dataDirectory, definition)));

    private static IEnumerable<KeyValuePair<string, string>> Generate(ServiceModel model)
    {
        yield return File("Service", ServiceEmitter.Emit(model));
        yield return File("Client", ClientEmitter.Emit(model));
        yield return File("Enumerations", EnumerationEmitter.Emit(model));
        yield return File("Requests", ShapeEmitter.EmitRequests(model));
        yield return File("Responses", ShapeEmitter.EmitResponses(model));
        yield return File("Shapes", ShapeEmitter.EmitShapes(model));
        yield return File("Exceptions", ExceptionEmitter.Emit(model));
        yield return File("Paginators", PaginatorEmitter.Emit(model));
        yield return File("Operations", OperationEmitter.Emit(model));
        yield return File("Writers", WriterEmitter.Emit(model));
        yield return File("Readers", ReaderEmitter.Emit(model));

        KeyValuePair<string, string> File(string subject, string text) =>
            new($"{model.Definition.Folder}/Generated/{subject}.g.cs", text);
    }
}
