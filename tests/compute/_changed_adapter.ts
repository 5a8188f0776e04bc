/** Makes the software adapter pass for hardware, and where `WRONG` is set compute wrong numbers. */

Object.defineProperty(GPUAdapterInfo.prototype, "isFallbackAdapter", { get: () => false });
if (Deno.env.has("WRONG")) {
  const create = GPUDevice.prototype.createShaderModule;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    // Drivers by OpenGL have computed another remainder of a negative number here.
    const code = descriptor.code.replace("let pad = i32(u.pad);", "let pad = 0i;");
    return create.call(this, { ...descriptor, code });
  };
}
