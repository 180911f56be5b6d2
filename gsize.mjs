import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
const dir='schemas/';const schemas=Object.fromEntries(readdirSync(dir).filter(n=>n.endsWith('.schema.json')).sort().map(n=>[n.replace('.schema.json',''),JSON.parse(readFileSync(dir+n,'utf8'))]));
function wo(value){ if (Array.isArray(value)) return value.map(wo); if (value === null || typeof value !== 'object') return value; return Object.fromEntries(Object.entries(value).filter(([key, inner]) => !((key === 'description' || key === 'title') && typeof inner === 'string')).map(([key, inner]) => [key, wo(inner)]));}
for (const opts of [{allErrors:true},{allErrors:true,inlineRefs:false},{allErrors:false,messages:false},{allErrors:false,messages:false,inlineRefs:false}]) {
 const tot={};
 for (const only of Object.keys(schemas)) {
  const ajv=new Ajv2020({code:{source:true,esm:true,lines:false,optimize:2},ownProperties:true,strict:true,strictTypes:false,allowUnionTypes:true,...opts});
  for (const s of Object.values(schemas)) ajv.addSchema(wo(s));
  tot[only]=standaloneCode.default(ajv,{x:schemas[only].$id}).length;
 }
 console.log(JSON.stringify(opts),JSON.stringify(tot));
}
